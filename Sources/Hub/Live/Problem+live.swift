private import HTTPTypes

extension Problem {
    /// - Parameter words: Why there is no picture; may be empty.
    init(live words: String) {
        self.init(
            .serviceUnavailable, "no-live-picture", "No live picture", words.isEmpty ? "The camera sends no picture." : words, retryAfter: 5
        )
    }
}
