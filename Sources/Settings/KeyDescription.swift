/// One key of a configuration: what the code accepts and what the reference says of it. The two are held together by a test.
package struct KeyDescription: Sendable, Equatable {
    /// The whole name, tables joined by dots: `camera.motion.sensitivity`. Tables of an array carry no index.
    package let name: String
    /// What may stand there, in words: `integer 1–100`, `id`, `path`.
    package let type: String
    /// What holds when the key is absent, as it would be written; nil where the key is required.
    package let standard: String?
    /// The environment variable of the same meaning; nil for keys inside arrays of tables.
    package let environment: String?

    /// - Parameter inArray: The key lies in an array of tables, so that no single variable could name it.
    package init(_ name: String, _ type: String, standard: String?, inArray: Bool = false) {
        self.name = name
        self.type = type
        self.standard = standard
        environment = inArray ? nil : "VIGILAR_" + name.uppercased().replacing(".", with: "_")
    }
}
