import Fleet
import Foundation
import TestSupport
import Testing

/// The first minutes of an installation: the program prints a link, and a browser does the rest.
@Suite("Setting up", .serialized, .pairs)
struct SetupTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var refused: String
        var places: [String]
        /// Video, faces and names: of a viewer, and of an operator.
        var offered: [Bool]
        var operator_: [Bool]
        var phoneWidth: Int
        var accountsWidth: Int
        var theirs: [String]
        var withheld: String
        var forms: Int
        var used: String
        var accounts: [String]

        enum CodingKeys: String, CodingKey {
            case console, foreign, refused, places, offered, phoneWidth, accountsWidth, theirs, withheld, forms, used, accounts
            case operator_ = "operator"
        }
    }

    private func hub(_ folder: TemporaryDirectory) throws -> ChildProcess {
        let environment = ["VIGILAR_TLS_LISTEN": "127.0.0.1:0", "VIGILAR_BROKER_LISTEN": "127.0.0.1:0"]
        return try ChildProcess(
            executable: FleetPrograms.besideThisProcess().hub,
            arguments: ["serve", "--data", folder.path("hub"), "--listen", "127.0.0.1:0"], environment: environment)
    }

    @Test(
        "the first administrator comes in by a link that works once, invites somebody who sees less, and removes them everywhere",
        .timeLimit(.minutes(10)))
    func setup() async throws {
        let folder = try TemporaryDirectory("setup")
        let first = try hub(folder)
        try await eventually("the link") { first.output.contains("/welcome?token=") || first.hasExited }
        let line = try #require(first.output.split(separator: "\n").first { $0.hasPrefix("setup: ") }, "\(first.output)")
        let link = String(line.dropFirst("setup: ".count))
        let address = String(try #require(link.firstRange(of: "/welcome").map { link[..<$0.lowerBound] }))
        let seen = try await BrowserScript("setup.py", address: address, screenshots: folder.path, link).seen(Seen.self)
        // Chromium itself notes what the server refuses, and nothing else is wrong.
        #expect(seen.console.allSatisfy { $0.contains("status of 4") }, "\(seen.console)")
        #expect(seen.foreign == [])
        #expect(seen.refused.contains("among the first that are tried"))
        #expect(seen.places == ["Live", "Events", "People", "Pets", "Wildlife", "System"])
        #expect(seen.offered == [true, false] && seen.operator_ == [true, true])
        #expect(seen.phoneWidth <= 360 && seen.accountsWidth <= 360)
        #expect(seen.theirs == ["Live", "Events", "Wildlife", "System"])
        #expect(seen.withheld.contains("may see faces and names") && seen.forms == 0)
        #expect(seen.used.contains("was used already"))
        #expect(seen.accounts.count == 2 && seen.accounts[0].contains("Administrator: everything"))
        #expect(seen.accounts[1].contains("Viewer: everything (no faces and names)"))
        #expect(await first.terminate(within: .seconds(30)) == 0)

        let second = try hub(folder)
        try await eventually("the hub to know its account") { second.output.contains("There is an account") || second.hasExited }
        #expect(!second.output.contains("setup: "))
        #expect(await second.terminate(within: .seconds(30)) == 0)
    }
}
