/// Whether the peer of a connection in state CLOSE had sent its FIN.
///
/// The state does not show it, and reading a socket's error clears the error. So the first answer is kept.
package struct PeerEnd: Sendable {
    private var answer: Bool?

    package init() {}

    /// - Parameter find: Finds the answer; called once.
    /// - Returns: The first answer.
    package mutating func hadEnded(_ find: () -> Bool) -> Bool {
        let answer = answer ?? find()
        self.answer = answer
        return answer
    }
}
