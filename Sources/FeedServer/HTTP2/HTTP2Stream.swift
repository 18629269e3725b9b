import HTTP
import HTTP2Protocol
import NIOCore
import Transports

/// One stream of an HTTP/2 connection: gives its request to a handler like that of a connection, and turns what the
/// handler writes into frames.
final class HTTP2Stream {
    let number: Int
    let connection: HTTP2Connection
    /// Serves the request; `nil` once the stream has ended.
    var handler: ConnectionHandler?

    private var request = StreamRequest()
    private var response = HTTP2Response()
    // Content that waits until the handler reads again, and its number of bytes on the wire.
    private var held: [(content: ByteBuffer, endsStream: Bool)] = []
    private var reads = true

    init(_ number: Int, of connection: HTTP2Connection) {
        self.number = number
        self.connection = connection
    }

    /// Whether the handler may write; false once the stream has ended or was reset.
    var isOpen: Bool { handler != nil && connection.session.hasStream(number) }

    /// Whether the client and its connection take what is written.
    var isWritable: Bool { connection.isWritable && connection.session.isWritable(number) }

    /// Content that waits for the client's windows, or for its connection.
    var unwrittenBytes: Int { connection.unwrittenBytes + connection.session.waitingBytes(number) }

    // MARK: From the client

    /// The request's headers have arrived.
    func begin(_ opening: StreamOpening) {
        request = opening.request
        response = HTTP2Response(answersHead: request.isHead)
        switch opening.result {
        case .none: break
        case .read(let head): handler?.requestArrived(head)
        case .refused(let fault): handler?.requestRefused(fault, withBody: !request.isHead)
        }
        carryOut(opening.then)
    }

    func trailersArrived(_ fields: FieldBlock, endsStream: Bool) {
        let outcome = request.fieldsArrived(fields.fields, endsStream: endsStream)
        if let bytes = outcome.bytes, bytes.readableBytes > 0 { handler?.contentArrived(bytes) }
        carryOut(outcome.then)
    }

    func contentArrived(_ content: ByteBuffer, endsStream: Bool) {
        if !reads || !held.isEmpty { return held.append((content, endsStream)) }
        take(content, endsStream: endsStream)
    }

    private func take(_ content: ByteBuffer, endsStream: Bool) {
        let outcome = request.contentArrived(content, endsStream: endsStream)
        connection.session.used(content.readableBytes, on: number)
        if let bytes = outcome.bytes, bytes.readableBytes > 0 { handler?.contentArrived(bytes) }
        carryOut(outcome.then)
    }

    private func carryOut(_ then: StreamRequest.Continuation) {
        switch then {
        case .goOn: break
        case .peerEnded: handler?.peerEnded()
        case .reset(let fault):
            connection.session.reset(number, fault.rawValue)
            connection.streamWasReset()
        }
    }

    // MARK: From the handler

    /// Whether content is wanted; what arrives meanwhile is kept, at most the stream's window.
    func setReading(_ isOn: Bool) {
        reads = isOn
        if isOn, !held.isEmpty { connection.streamReadsAgain(self) }
    }

    /// Passes on what was held back.
    func takeHeld() {
        while reads, !held.isEmpty {
            let next = held.removeFirst()
            take(next.content, endsStream: next.endsStream)
        }
    }

    /// A part of the response, as HTTP/1.1 encodes it.
    func write(_ bytes: ByteBuffer) {
        response.written(bytes)
        while let part = response.next(from: &connection.loop.http2Heads) {
            switch part {
            case .head(let head, let endsStream): connection.session.send(head, on: number, endsStream: endsStream)
            case .content(let content, let endsStream):
                connection.session.send(content, on: number, endsStream: endsStream)
            }
        }
        if response.hasEnded { request.responseEnded() }
    }

    func flush() {
        connection.flushSoon()
    }

    /// Ends the response.
    func closeOutput() {
        if connection.session.isOpen(number) {
            connection.session.send(ByteBuffer(), on: number, endsStream: true)
        }
        connection.flushSoon()
    }

    /// Ends the stream: in order with END_STREAM both ways, otherwise with RST_STREAM (RFC 8441 §5, RFC 9113 §8.1).
    func close() {
        if request.opensWebSocket, request.hasEnded, connection.session.isOpen(number) { return closeOutput() }
        let needsNoMore = response.hasEnded && !request.hasEnded
        connection.session.reset(number, (needsNoMore ? HTTP2ErrorCode.noError : .cancel).rawValue)
        connection.flushSoon()
    }
}

/// How a stream begins. Streams of one connection with equal field blocks begin alike.
struct StreamOpening {
    enum Result {
        /// The stream is reset.
        case none
        case read(RequestHead)
        case refused(RequestFault)
    }

    let request: StreamRequest
    let result: Result
    let then: StreamRequest.Continuation

    /// Translates the request, so that one strict parser checks those of both versions.
    init(_ fields: FieldBlock, endsStream: Bool) {
        var request = StreamRequest()
        let outcome = request.fieldsArrived(fields.fields, endsStream: endsStream)
        self.request = request
        then = outcome.then
        guard var bytes = outcome.bytes else {
            result = .none
            return
        }
        var parser = RequestParser()
        do throws(RequestFault) {
            var head = try parser.next(from: &bytes)
            head?.isFramed = true
            result = head.map { .read($0) } ?? .none
        } catch {
            result = .refused(error)
        }
    }
}
