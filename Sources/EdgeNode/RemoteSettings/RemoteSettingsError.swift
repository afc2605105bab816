/// Why settings or a camera from the hub are not taken in; the text is for people.
struct RemoteSettingsError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
