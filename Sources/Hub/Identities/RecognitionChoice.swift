package import Base

/// Whether people are recognised by their faces, and on what ground. Until somebody says so they are not.
package struct RecognitionChoice: Sendable, Hashable {
    package var isOn: Bool
    /// Why it is lawful, in the words of whoever turned it on.
    package var ground: String
    package var changedAt: Timestamp
    package var changedBy: String
}
