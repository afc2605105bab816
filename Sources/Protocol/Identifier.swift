/// Ids of sites, nodes, cameras and sensors: 1–64 characters of `a-z 0-9 -`, checked at the edge of every program.
package enum Identifier {
    package static func isValid(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        return (1...64).contains(bytes.count)
            && bytes.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "-") }
    }

    /// What to tell a person whose id was refused.
    package static let rule = "must be 1 to 64 characters of a-z, 0-9 and -"
}
