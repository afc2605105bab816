import Trust

/// A file of the trust folder that holds a key.
struct KeyFile: Codable, Sendable, Concealed {
    /// Its name in the folder.
    let name: String
    /// What is in it, byte for byte. Secret.
    let text: String

    var description: String { "(key file \(name))" }
}
