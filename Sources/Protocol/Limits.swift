/// Sizes that both programs hold each other to.
package enum Limits {
    /// One event's JSON, in bytes.
    package static let event = 48 * 1024
    /// An MQTT payload, in bytes.
    package static let payload = 256 * 1024
    /// A payload after decompression, in bytes.
    package static let decompressed = 1024 * 1024
    /// The MQTT `maximum packet size`: a payload at its limit plus topic and properties.
    package static let packet = 320 * 1024
    /// Nesting of any JSON that is accepted.
    package static let depth = 32
    /// Events in one batch.
    package static let batch = 1000
    /// Highest `rev` and `seq`: what a JSON number carries exactly everywhere.
    package static let counter: Int64 = 9_007_199_254_740_991
}
