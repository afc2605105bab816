private import Foundation

/// What names and passwords may be that somebody chooses in a browser.
package enum PasswordRule {
    /// Characters of a password that is all that is asked for: NIST SP 800-63B-4, 3.1.1.2.
    package static let leastCharacters = 15
    /// Characters of one beside a second factor: the same.
    package static let leastBesideSecondFactor = 8
    private static let mostBytes = 1024
    private static let nameLength = 1...64

    /// What people take where much is asked of them, in small letters. Longer lists hold hardly anything of this length.
    private static let commonest: Set<String> = [
        "password", "password1", "password12", "password123", "passw0rd", "12345678", "123456789", "1234567890", "123123123", "qwertyui",
        "qwerty123", "qwertyuiop", "qwertzuiop", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "abcd1234", "abc12345", "iloveyou", "iloveyou1",
        "sunshine", "princess", "football", "baseball", "superman", "computer", "starwars", "whatever", "trustno1", "welcome1", "letmein1",
        "admin123", "administrator", "changeme", "changeme1", "passwort", "hallo123", "internet", "samsung1", "michael1", "security",
        "passwordpassword", "password12345678", "password123456789", "passwort12345678", "passwortpasswort", "123456789012345",
        "1234567890123456", "12345678901234567890", "qwertyuiopasdfgh", "qwertyuiopasdfghjkl", "qwertzuiopasdfghjkl", "1q2w3e4r5t6y7u8i",
        "1qaz2wsx3edc4rfv", "abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz", "letmeinletmein12", "administratoradministrator",
        "iloveyouiloveyou", "welcomewelcome12", "changemechangeme", "correcthorsebatterystaple", "correct horse battery staple",
        "thisismypassword", "this is my password", "mypasswordispassword", "vigilarvigilarvigilar",
    ]

    /// What stands in an address, or in the audit log, for something else.
    private static let taken: Set<String> = [".", "..", "invitations", "somebody", "on the hub's machine"]

    /// A name as it is stored: letters with marks are written in one way (Unicode's form C), whatever a keyboard sends.
    static func written(_ name: String) -> String { name.precomposedStringWithCanonicalMapping }

    /// - Throws: `AccountError`, `unusableName`.
    static func check(name: String) throws(AccountError) {
        // What joins letters or chooses between their forms would make two names look like one.
        let isSeenWhole = name.unicodeScalars.allSatisfy {
            !$0.properties.isDefaultIgnorableCodePoint && !$0.properties.isVariationSelector
        }
        // As people read it: there are many blanks, and letters of other widths.
        let read = String(name.precomposedStringWithCompatibilityMapping.lowercased().map { $0.isWhitespace ? " " : $0 })
        guard PlainText.isValid(name, length: nameLength), isSeenWhole, name.first?.isWhitespace == false,
            name.last?.isWhitespace == false, !taken.contains(read), !read.hasPrefix(Kiosk.accountPrefix)
        else {
            throw AccountError(
                .unusableName, "A name has 1 to 64 characters that can be seen, no blanks around it, and is no word of the program's.")
        }
    }

    /// - Parameter name: Of whoever it is for: a password is not made of it alone.
    /// - Throws: `AccountError`, `unusablePassword`, that says what to do.
    static func check(_ password: String, of name: String, hasSecondFactor: Bool = false) throws(AccountError) {
        let least = hasSecondFactor ? leastBesideSecondFactor : leastCharacters
        guard password.count >= least else {
            throw AccountError(
                .unusablePassword, "A password has at least \(least) characters: take four or five words that do not belong together.")
        }
        guard password.utf8.count <= mostBytes else {
            throw AccountError(.unusablePassword, "A password has at most \(mostBytes) bytes.")
        }
        let plain = password.lowercased()
        let isGuessed =
            commonest.contains(plain) || Set(plain).count < 5
            || plain.replacing(name.lowercased(), with: "").count < least / 2
        if isGuessed {
            throw AccountError(
                .unusablePassword, "This password is among the first that are tried: take four or five words that do not belong together.")
        }
    }
}
