package import Vision

/// A model of the catalogue.
package struct CatalogueModel: Sendable, Hashable {
    /// What the commands call it.
    package let name: String
    package let task: ModelTask
    package let licence: String
    /// The network first, then its weights where they are a file of their own.
    package let files: [ModelFile]
    package let input: PictureInput
    /// Of each output, in the model's order.
    package let outputs: [[Int]]
    package let decoding: ModelDecoding
    /// What the network is made by from its file; nil where it is used as it is published.
    package var derivation: ModelDerivation?

    package var signature: ModelSignature { ModelSignature(input: input.shape, outputs: outputs) }

    /// Of all its files.
    package var bytes: Int { files.reduce(0) { $0 + $1.bytes } }
}
