import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import TestSupport
import Testing
import Trust

@testable import Hub

/// What the page and the API say of the hub's keys.
@Suite struct KeyRoutesTests {
    @Test("The page and the API warn until the present keys are backed up, and again after a rotation; no key is in either")
    func warning() async throws {
        let fixture = try await WebFixture()
        let headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": fixture.folder.path("hub")])
        let administration = KeyAdministration(configuration.trust, clock: fixture.clock, logRounds: 10)
        let schemas = try JSONSerialization.jsonObject(with: Data(OpenAPIRoute.document)) as? [String: Any]
        let schema = ((schemas?["components"] as? [String: Any])?["schemas"] as? [String: Any])?["Keys"] as? [String: Any]
        let members = Set(try #require(schema?["required"] as? [String]))
        try await fixture.app.test(.router) { client in
            func look() async throws -> (page: String, answer: JSONObject) {
                let page = try await client.execute(uri: "/system", method: .get, headers: headers) { String(buffer: $0.body) }
                let body = try await client.execute(uri: "/api/v1/keys", method: .get, headers: headers) { response in
                    #expect(response.status == .ok)
                    return Array(response.body.readableBytesView)
                }
                let found = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
                #expect(Set(found?.keys.map { $0 } ?? []) == members)
                for key in try HubTrust.open(configuration.trust, names: ["localhost", "127.0.0.1"], now: fixture.clock.now).openingKeys {
                    #expect(!page.contains(key.text) && !String(decoding: body, as: UTF8.self).contains(key.text))
                }
                return (page, try JSONObject(body))
            }
            let hidden = "data-part=\"keys\" role=\"status\" hidden></p>"
            let first = try await look()
            #expect(
                first.page.contains("The hub&#39;s keys are not backed up.") || first.page.contains("The hub's keys are not backed up."))
            #expect(first.page.contains("vigilar-hub keys backup FILE") && !first.page.contains(hidden))
            #expect(first.answer.bool("backed_up") == false && first.answer.string("warning")?.contains("not backed up") == true)
            #expect(first.answer.string("sealing_key") == fixture.keyring.publicKey.fingerprint)

            _ = try administration.backup(to: fixture.folder.path("backup")) { KeyFixture.passphrase }
            let second = try await look()
            #expect(second.page.contains(hidden) && !second.page.contains("keys backup"))
            #expect(second.answer.bool("backed_up") == true && second.answer.string("warning") == nil)
            #expect(second.answer.string("backup_at") == fixture.clock.now.rfc3339)

            _ = try administration.rotate()
            fixture.keyring.look()
            let third = try await look()
            #expect(third.page.contains("Keys were made after the last backup") && !third.page.contains(hidden))
            #expect(third.answer.bool("backed_up") == false && third.answer.integer("older_keys") == 1)
            try await client.execute(uri: "/api/v1/keys", method: .get) { #expect($0.status == .unauthorized) }
        }
    }

    @Test("After a rotation older pictures open, and nodes' new ones to either key are taken")
    func pictures() async throws {
        let fixture = try await SnapshotFixture()
        let porch = try await fixture.join("porch", secret: 1)
        var maker = EventMaker()
        let events = try (0..<3).map { _ in try maker.event() }
        _ = try await fixture.store.ingest(maker.batch(events))
        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": fixture.folder.path("hub")])
        let cookie = try await fixture.cookie()
        try await fixture.serving { port in
            // One before, one that was sealed before and comes after, one sealed to the new key that this hub has not looked for yet.
            let before = fixture.keyring.publicKey
            let late = try fixture.seal(event: events[1].id, rank: 3, to: before)
            #expect(
                try await SnapshotFixture.put(
                    fixture.seal(event: events[0].id, rank: 3, to: before), event: events[0].id, as: porch, port: port)
                    == .stored)
            _ = try KeyAdministration(configuration.trust).rotate()
            let new = try HubTrust.open(configuration.trust, names: ["localhost", "127.0.0.1"], now: SystemClock().now)
                .sealingKey.publicKey
            #expect(new.text != before.text)
            #expect(
                try await SnapshotFixture.put(
                    fixture.seal(event: events[2].id, rank: 3, to: new), event: events[2].id, as: porch, port: port)
                    == .stored)
            #expect(try await SnapshotFixture.put(late, event: events[1].id, as: porch, port: port) == .stored)
            #expect(fixture.keyring.publicKey.text == new.text)
        }
        try await fixture.app.test(.router) { client in
            for event in events {
                try await client.execute(uri: "/api/v1/events/\(event.id)/snapshot.jpg", method: .get, headers: cookie) {
                    #expect($0.status == .ok && Array($0.body.readableBytesView) == SnapshotFixture.picture)
                }
            }
        }
    }
}
