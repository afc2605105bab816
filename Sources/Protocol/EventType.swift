/// The event types that this version knows. The list is open: others pass through untouched.
package enum EventType {
    package static let known = [
        "motion", "person", "face", "pet", "wildlife", "vehicle", "sound", "sensor", "camera_offline", "camera_online",
        "camera_tampered", "recording_gap", "node_offline", "node_online", "power", "arm_state", "system",
    ]

    /// A type is 1–64 characters of `a-z 0-9 _ - .`, so that it can stand in a URL, a label and a column without care.
    package static func isValid(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        return (1...64).contains(bytes.count)
            && bytes.allSatisfy {
                ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
    }
}
