/// Why something about who was seen cannot be done.
package struct RecognitionError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        case unknownIndividual
        case noPortrait
        /// A person was called a pet, or the other way round.
        case wrongKind
        case recognitionOff
        /// Somebody was to be merged into themselves.
        case sameIndividual
        /// A person and a pet were to be merged.
        case differentKinds
    }

    package let code: Code

    package init(_ code: Code) { self.code = code }
}
