private import Protocol

/// What an administrator chose for a screen.
package struct KioskPlan: Sendable, Hashable {
    /// By which people know it.
    package var name: String
    /// In the order in which they are shown.
    package var cameras: [String]
    /// Cameras side by side, and one above the other.
    package var side: Int
    /// The account of who approved it.
    package var approvedBy: String

    /// Code points of a name.
    private static let nameLength = 1...64
    /// Cameras side by side.
    static let sides = 1...4

    package init(name: String, cameras: [String], side: Int, approvedBy: String) {
        self.name = name
        self.cameras = cameras
        self.side = side
        self.approvedBy = approvedBy
    }

    /// What can be chosen, in words.
    static let rule =
        "a name of 1 to 64 characters, a side of 1 to 4 cameras, and 1 to 16 different cameras for which a square of that side has room"

    /// Whether it can be chosen; whether there are such cameras is another question.
    var isValid: Bool {
        PlainText.isValid(name, length: Self.nameLength) && Self.sides.contains(side) && !cameras.isEmpty && cameras.count <= side * side
            && Set(cameras).count == cameras.count && cameras.allSatisfy(Identifier.isValid)
    }

    /// The cameras as the store keeps them: an id has no blank in it.
    var camerasText: String { cameras.joined(separator: " ") }

    /// From what the store keeps.
    init(name: String, camerasText: String, side: Int, approvedBy: String) {
        self.init(name: name, cameras: camerasText.split(separator: " ").map(String.init), side: side, approvedBy: approvedBy)
    }
}
