/// The names of a folder's histogram logs, one a run of a case.
package enum HistogramFileName {
    /// `synthetic-10-per-s-128B_100-clients_websocket_r1.hlog`
    package static func of(caseID: String, repetition: Int) -> String {
        "\(caseID)_r\(repetition).hlog"
    }
}
