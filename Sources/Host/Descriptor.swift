import Glibc

/// A file descriptor's end, under a name that does not hide the methods called `close`.
package enum Descriptor {
    package static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }
}
