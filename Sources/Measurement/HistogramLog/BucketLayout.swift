/// Which values share a bucket in an HDR histogram of 3 significant digits and a lowest value of 1.
///
/// Bucket k < 2048 holds the value k. Above, each power of two is divided into 1024 buckets
/// (HdrHistogram, `AbstractHistogram.countsArrayIndex`).
enum BucketLayout {
    private static let linear: Int64 = 2_048
    private static let half: Int64 = 1_024
    private static let halfBits = 10

    /// The lowest value of a bucket.
    static func lowestValue(ofBucket index: Int) -> Int64 {
        guard index >= linear else { return Int64(index) }
        let shift = (index >> halfBits) - 1
        return (Int64(index) & (half - 1) | half) << Int64(shift)
    }

    /// The highest value of a bucket.
    static func highestValue(ofBucket index: Int) -> Int64 {
        lowestValue(ofBucket: index + 1) - 1
    }

    /// The bucket of a value of 0 or more.
    static func bucket(of value: Int64) -> Int {
        guard value >= linear else { return Int(value) }
        let shift = Int64.bitWidth - 1 - value.leadingZeroBitCount - halfBits
        return (shift << halfBits) + Int(value >> Int64(shift))
    }

    /// The highest possible bucket: that of `Int64.max`.
    static let last = bucket(of: .max)
}
