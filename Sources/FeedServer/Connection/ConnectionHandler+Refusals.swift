import HTTP
import Host
import Measurement
import NIOCore
import Transports

/// Refusals, and the context of responses.
extension ConnectionHandler {
    /// Answers with a fault's status and sentence, and closes the connection.
    func refuse(_ fault: RequestFault, withBody: Bool = true) {
        feed.counters.refusedRequests += 1
        if let transport = reader.firstLineTransport {
            send(transport.refusal(fault.sentence))
        } else {
            let encoding = ResponseContext(date: feed.date, closing: true)
            send(HTTPResponse.refusal(fault, withBody: withBody, context: encoding))
        }
        carryOut(life.close(at: MonotonicClock.now()))
    }

    /// What the head of a response needs: the date, whether it closes the connection, fields for other origins.
    func encodingContext(for head: RequestHead) -> ResponseContext {
        ResponseContext(
            date: feed.date, closing: !head.keepsAlive,
            fields: CrossOrigin.fields(for: head, router.origins))
    }
}
