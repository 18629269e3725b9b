/// What CircularBuffer.swift of NIO needs from Utilities.swift: work that only a build for debugging does.
@inlinable
func debugOnly(_ body: () -> Void) {}
