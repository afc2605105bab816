/// A file of a model, as its publisher has it.
package struct ModelFile: Sendable, Hashable {
    /// Of the file in a folder of models.
    package let name: String
    package let bytes: Int
    /// 64 lower-case hexadecimal digits.
    package let sha256: String
    /// Where it is public: at one commit, so that it never changes.
    package let address: String
}
