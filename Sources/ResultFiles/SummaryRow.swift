/// One run of one case: a row of `summary.csv`. The columns describe the properties.
package struct SummaryRow: CSVRow {
    // Identity
    package var runID: String = ""
    package var scenario: String = ""
    package var scenarioSHA256: String = ""
    package var seed: UInt64 = 0
    package var caseID: String = ""
    package var repetition: Int = 0
    package var transport: String = ""
    package var variant: String = ""
    package var clients: Int = 0
    package var feed: String = ""
    package var ratePerSecond: Double?
    package var payloadBytes: Int?
    package var pollIntervalMilliseconds: Double?
    package var roundTripMilliseconds: Double?
    package var tls: Bool?
    package var httpVersion: String?
    package var compression: String?
    package var durationSeconds: Double = 0

    // Deliveries
    package var published: Int?
    package var expected: Int?
    package var delivered: Int?
    package var unique: Int?
    package var missed: Int?
    package var duplicate: Int?
    package var reordered: Int?
    package var coherenceRatio: Double?
    package var redundancyRatio: Double?

    // Delays
    package var latencyMinMicroseconds: Double?
    package var latencyP50Microseconds: Double?
    package var latencyP90Microseconds: Double?
    package var latencyP99Microseconds: Double?
    package var latencyP999Microseconds: Double?
    package var latencyMaxMicroseconds: Double?
    package var latencyMeanMicroseconds: Double?
    package var stalenessMeanMicroseconds: Double?
    package var publisherLagP99Microseconds: Double?

    // Requests
    package var requests: Int?
    package var emptyResponses: Int?
    package var itemsPerResponse: Double?
    package var connects: Int?
    package var reconnects: Int?
    package var errors: Int?

    // Bytes
    package var payloadBytesTotal: Int?
    package var overheadBytesTotal: Int?
    package var overheadBytesPerItem: Double?
    package var setupBytesTotal: Int?
    package var tcpPayloadBytesUp: Int?
    package var tcpPayloadBytesDown: Int?
    package var wireBytesEstimated: Int?

    // Cost
    package var serverCPUMicrosecondsPerItem: Double?
    package var serverRSSPeakBytes: Int?
    package var loadCPURatio: Double?
    package var scheduleLagP99Microseconds: Double?
    package var valid: Bool?
    package var invalidReason: String?

    // Evidence
    package var conserved: Bool?
    package var latencySamples: Int?
    package var gaps: Int?
    package var loadUserCPUSeconds: Double?
    package var loadSystemCPUSeconds: Double?
    package var serverUserCPUSeconds: Double?
    package var serverSystemCPUSeconds: Double?
    package var publishedToReceivedP50Microseconds: Double?
    package var publishedToReceivedP99Microseconds: Double?
    package var pollsLate: Int?
    package var kernelTCPBytesUp: Int?
    package var kernelTCPBytesDown: Int?
    package var startedAt: UTCInstant?
    package var serverKernelTCPBytesUp: Int?
    package var serverKernelTCPBytesDown: Int?

    // Resources
    package var serverRSSPerConnectionBytes: Int?
    package var serverVoluntarySwitches: Int?
    package var serverInvoluntarySwitches: Int?
    package var loadVoluntarySwitches: Int?
    package var loadInvoluntarySwitches: Int?
    package var kernelDrops: Int?

    // Workload
    package var workload: Workload?
    // Compression
    package var inflatedBytesTotal: Int?
    // TLS
    package var tlsResumed: Int?
    // Validity
    package var bytesValid: Bool?
    package var timesValid: Bool?
    // Cost per client and time
    package var bytesPerClientSecond: Double?
    package var requestsPerClientSecond: Double?
    package var serverCPUMicrosecondsPerClientHour: Double?
    // Retransmissions
    package var retransmittedBytes: Int?
    // After the window
    package var deliveredAfterWindow: Int?
    // Simulated network
    package var network: String?
    package var jitterMilliseconds: Double?
    package var bandwidthUp: Int?
    package var bandwidthDown: Int?
    package var lossRatio: Double?
    package var linkAddedP50Microseconds: Double?
    package var linkAddedP99Microseconds: Double?
    package var linkSwallowedBytesUp: Int?
    package var linkSwallowedBytesDown: Int?
    // Sweeps
    package var axes: String?
    package var content: String?
    // Strain
    package var recoveries: Int?
    package var recoveryP50Microseconds: Double?
    package var recoveryP99Microseconds: Double?
    package var recoveryMaxMicroseconds: Double?
    package var itemsLostBeforeNotice: Int?
    package var serverRSSRiseBytes: Int?
    package var slowClients: Int?
    package var slowDelivered: Int?
    package var slowMissed: Int?
    package var slowGaps: Int?
    package var slowItemsLostBeforeNotice: Int?
    package var slowReconnects: Int?
    package var slowDisconnects: Int?
    package var slowItemsSkipped: Int?
    // Judging
    package var attempts: Int?
    // Server
    package var server: String?
    package var serverVersion: String?
    // Arrivals
    package var firstItemP50Microseconds: Double?
    package var itemGapP50Microseconds: Double?
    package var itemGapP99Microseconds: Double?
    // Clocks
    package var clockErrorMicroseconds: Double?

    package init() {}

    package static let table = CSVTable<SummaryRow>(
        fileName: "summary.csv",
        summary: "One row per case, repeat and transport.",
        key: ["run_id", "case_id", "repeat"],
        fields: identityColumns + deliveryColumns + latencyColumns + requestColumns + byteColumns + costColumns
            + evidenceColumns + resourceColumns + workloadColumns + compressionColumns + tlsColumns + validityColumns
            + perClientColumns + retransmissionColumns + drainColumns + linkColumns + sweepColumns + strainColumns
            + attemptColumns + serverColumns + arrivalColumns + clockColumns
    )
}
