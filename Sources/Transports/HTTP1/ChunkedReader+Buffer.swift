import NIOCore

extension ChunkedReader {
    /// Takes the next piece of content from the front of `buffer`, and the framing in front of it.
    ///
    /// - Returns: A slice of the same storage; `nil` once `buffer` holds no more of the body.
    /// - Throws: ``ChunkedFault``; what is left in `buffer` has no meaning.
    mutating func nextContent(of buffer: inout ByteBuffer) throws(ChunkedFault) -> ByteBuffer? {
        let start = buffer.readerIndex
        let reading = buffer.withUnsafeReadableBytes {
            raw -> Result<(content: Range<Int>?, taken: Int), ChunkedFault> in
            var rest = raw
            do throws(ChunkedFault) {
                let part = try nextContent(&rest)
                let taken = raw.count - rest.count
                return .success((part.map { taken - $0.count..<taken }, taken))
            } catch {
                return .failure(error)
            }
        }
        let (content, taken) = try reading.get()
        defer { buffer.moveReaderIndex(forwardBy: taken) }
        return content.flatMap { buffer.getSlice(at: start + $0.lowerBound, length: $0.count) }
    }
}
