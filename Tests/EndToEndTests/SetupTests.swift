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

    private func hub(_ folder: TemporaryDirectory, _ more: [String: String] = [:]) throws -> ChildProcess {
        let environment = ["VIGILAR_TLS_LISTEN": "127.0.0.1:0", "VIGILAR_BROKER_LISTEN": "127.0.0.1:0"].merging(more) { $1 }
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
        #expect(seen.places == ["Live", "Events", "Recordings", "People", "Pets", "Wildlife", "System"])
        #expect(seen.offered == [true, false] && seen.operator_ == [true, true])
        #expect(seen.phoneWidth <= 360 && seen.accountsWidth <= 360)
        #expect(seen.theirs == ["Live", "Events", "Recordings", "Wildlife", "System"])
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

    private struct Account: Decodable {
        var console: [String]
        var foreign: [String]
        var picture: [String]
        var off: String
        var wrong: String
        var on: String
        /// Statuses of what the token may see, of what it may not, and of one that is none.
        var token: [Int]
        var ended: Int
        var width: Int
        var logWidth: Int
        var log: [String]
        var name: String
        var last: String
    }

    @Test(
        "a second factor keeps others out, a token lets a program in, both end, all is written down, and the machine lets in again",
        .timeLimit(.minutes(10)))
    func account() async throws {
        let folder = try TemporaryDirectory("account")
        let hub = try hub(folder, ["VIGILAR_ADMIN_PASSWORD": Installation.password])
        let programs = try FleetPrograms.besideThisProcess()
        try await eventually("both listeners") {
            hub.output.components(separatedBy: "Server started and listening").count == 3 || hub.hasExited
        }
        let nobody = try ChildProcess(
            executable: programs.hub, arguments: ["account", "reset", "nobody", "--data", folder.path("hub")], environment: [:])
        #expect(await nobody.waitForExit() != 0)
        #expect(nobody.output.contains("There are: admin."), "\(nobody.output)")
        var link = ""
        // A listener says that it listens before the hub knows where.
        try await eventually("a link to where the hub listens") {
            let reset = try ChildProcess(
                executable: programs.hub, arguments: ["account", "reset", "admin", "--data", folder.path("hub")], environment: [:])
            #expect(await reset.waitForExit() == 0, "\(reset.output)")
            link = reset.output.trimmingCharacters(in: .whitespacesAndNewlines)
            return !link.contains(":0/")
        }
        let address = String(try #require(link.firstRange(of: "/welcome?token=").map { link[..<$0.lowerBound] }, "\(link)"))
        let seen = try await BrowserScript("account.py", address: address, screenshots: folder.path, link).seen(Account.self)
        // Chromium itself notes what the server refuses, and nothing else is wrong.
        #expect(seen.console.allSatisfy { $0.contains("status of 4") }, "\(seen.console)")
        #expect(seen.foreign == [])
        #expect(seen.off.hasPrefix("Off.") && seen.on.contains("9 recovery codes are left"))
        #expect(seen.picture == ["rgb(255, 255, 255) none", "rgb(0, 0, 0) none"])
        #expect(seen.wrong.contains("not the one that this secret makes"))
        #expect(seen.token == [200, 403, 401] && seen.ended == 401)
        #expect(seen.width <= 360 && seen.logWidth <= 360)
        for words in [
            "Signed in", "Set up a second factor", "Made a token · viewer of everything without faces and names",
            "Was refused: GET /api/v1/accounts · Not allowed", "Tried to sign in · wrong code", "Ended their other sessions",
            "Was refused: set up a second factor · The code is not right", "Made a link that lets somebody in again · admin",
        ] { #expect(seen.log.contains(words), "\(words) in \(seen.log)") }
        #expect(seen.name == "admin" && seen.last == "Chose another password by a link · link of the hub")
        #expect(await hub.terminate(within: .seconds(30)) == 0)
    }
}
