import Testing

@testable import Hub

@Suite struct KioskCodeTests {
    @Test func `A code is found again however it is typed, and is of letters that are not taken for one another`() throws {
        for _ in 0..<50 {
            let code = KioskCode()
            #expect(code.text.count == 9 && code.text.allSatisfy { "ABCDEFGHJKMNPQRSTUVWXYZ23456789-".contains($0) })
            for typed in [
                code.text, code.text.lowercased(), code.text.replacing("-", with: ""), " \(code.text.replacing("-", with: " ")) ",
            ] {
                #expect(try #require(KioskCode(typed)).hash == code.hash, "\(typed)")
            }
        }
    }

    @Test(arguments: ["", "ABCD", "ABCD-EFG1", "ABCD-EFGO", "ABCD-EFGHJ", "ÀBCD-EFGH", "ABCD-EFG\0"])
    func `What cannot be a code is none`(_ typed: String) {
        #expect(KioskCode(typed) == nil)
    }
}
