import Arguments

/// What commands say.
enum StandardStreams {
    static func complain(_ sentence: String) { Complaint.show(sentence) }
}
