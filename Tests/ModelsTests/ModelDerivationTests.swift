import Models
import Testing
import Trust

@Suite struct ModelDerivationTests {
    private func derivation(offset: Int, _ result: [UInt8]) -> ModelDerivation {
        ModelDerivation(offset: offset, replacement: [9, 8], tail: [7], sha256: Digest.text(of: result))
    }

    @Test("Some bytes are replaced and some follow, and only the result that was meant is used")
    func applied() throws {
        let result: [UInt8] = [1, 9, 8, 4, 7]
        #expect(try derivation(offset: 1, result).apply(to: [1, 2, 3, 4], of: "m") == result)
        for (offset, bytes) in [
            (1, [1, 2, 3, 5]), (2, [1, 2, 3, 4]), (3, [1, 2, 3, 4]), (-1, [1, 2, 3, 4]), (1, []), (.max, [1, 2, 3, 4]),
        ] as [(Int, [UInt8])] {
            let error = #expect(throws: ModelsError.self) { try derivation(offset: offset, result).apply(to: bytes, of: "m") }
            #expect(error?.code == .wrongHash)
        }
    }
}
