import Measurement

/// What a ``WakeWheel`` wakes.
protocol Sleeper: AnyObject {
    /// When to wake it; `nil` for never. May change while it is in the wheel.
    var wakeAt: MonotonicInstant? { get }
    /// Its place in the wheel; only the wheel changes it.
    var place: WakePlace? { get set }
}

/// A place in a ``WakeWheel``.
struct WakePlace: Equatable {
    fileprivate let tick: Int64
    fileprivate let index: Int
}

/// Wakes each of many connections at its time, without looking at the others: a timing wheel (Varghese and Lauck 1987)
/// whose slots last one period each.
///
/// A connection stays in its slot when its time moves into the future, as that of a poll does with every request; when
/// the slot's time comes, it moves to the slot of its new time.
struct WakeWheel<Member: Sleeper> {
    // A connection is woken at most this much late.
    private static var nanoseconds: Int64 { 20_000_000 }
    /// A later time than the wheel has slots, 41 s, takes another turn.
    private static var slotCount: Int64 { 2_048 }

    private var slots: [ContiguousArray<Member>]
    // One bit per slot: whether it may have members.
    private var occupied: [UInt64]
    // The last tick whose slot was emptied.
    private var tick: Int64
    // The first tick after it whose slot may have members.
    private var nextTick: Int64?

    init(now: MonotonicInstant) {
        slots = Array(repeating: [], count: Int(Self.slotCount))
        occupied = Array(repeating: 0, count: slots.count / UInt64.bitWidth)
        tick = now.nanoseconds / Self.nanoseconds
    }

    /// By when ``takeDue(_:)`` must be called; `nil` for never. A member that was removed may leave its time here.
    var nextWake: MonotonicInstant? {
        nextTick.map { MonotonicInstant(nanoseconds: $0 * Self.nanoseconds) }
    }

    /// The member has a new ``Sleeper/wakeAt``.
    mutating func changed(_ member: Member) {
        guard let wakeAt = member.wakeAt else { return }
        if let place = member.place {
            // Whether its tick is not after the wanted one; without a division, because each request asks.
            if (place.tick - 1) * Self.nanoseconds < wakeAt.nanoseconds { return }
            remove(member)
        }
        insert(member, at: Self.tick(of: wakeAt))
    }

    /// The member is gone.
    mutating func remove(_ member: Member) {
        guard let place = member.place else { return }
        member.place = nil
        let slot = Self.slot(of: place.tick)
        let last = slots[slot].removeLast()
        if last === member { return }
        slots[slot][place.index] = last
        last.place = place
    }

    /// - Returns: The members whose time has come. Those that want to be woken again must be reported by
    ///   ``changed(_:)``.
    mutating func takeDue(_ now: MonotonicInstant) -> ContiguousArray<Member> {
        var due: ContiguousArray<Member> = []
        let last = now.nanoseconds / Self.nanoseconds
        // After a long pause every slot is due once.
        tick = max(tick, last - Self.slotCount)
        while tick < last {
            tick += 1
            let slot = Self.slot(of: tick)
            if slots[slot].isEmpty { continue }
            let members = slots[slot]
            slots[slot] = []
            occupied[slot / UInt64.bitWidth] &= ~Self.bit(of: slot)
            for member in members {
                member.place = nil
                guard let wakeAt = member.wakeAt else { continue }
                if wakeAt <= now { due.append(member) } else { insert(member, at: Self.tick(of: wakeAt)) }
            }
        }
        nextTick = firstOccupied()
        return due
    }

    private func firstOccupied() -> Int64? {
        var candidate = tick + 1
        while candidate <= tick + Self.slotCount {
            let slot = Self.slot(of: candidate)
            let rest = occupied[slot / UInt64.bitWidth] >> (slot % UInt64.bitWidth)
            if rest != 0 { return candidate + Int64(rest.trailingZeroBitCount) }
            candidate += Int64(UInt64.bitWidth - slot % UInt64.bitWidth)
        }
        return nil
    }

    private mutating func insert(_ member: Member, at wanted: Int64) {
        let place = min(max(wanted, tick + 1), tick + Self.slotCount)
        let slot = Self.slot(of: place)
        member.place = WakePlace(tick: place, index: slots[slot].count)
        slots[slot].append(member)
        occupied[slot / UInt64.bitWidth] |= Self.bit(of: slot)
        nextTick = min(nextTick ?? place, place)
    }

    // The first tick that is not before the instant.
    private static func tick(of instant: MonotonicInstant) -> Int64 {
        let (ticks, rest) = instant.nanoseconds.quotientAndRemainder(dividingBy: nanoseconds)
        return rest > 0 ? ticks + 1 : ticks
    }

    private static func slot(of tick: Int64) -> Int { Int(tick & (slotCount - 1)) }

    private static func bit(of slot: Int) -> UInt64 { 1 << UInt64(slot % UInt64.bitWidth) }
}
