import HTTPTypes
import Hub
import HummingbirdTesting
import NIOCore
import Protocol
import Testing

@Suite struct EventLabelsTests {
    /// The script's table of types, by line: type, title, icon, and whether such an event lasts.
    private static func scriptTypes() async throws -> [String] {
        let table = try #require(try await script().firstMatch(of: /export const types = \{\n([^}]*)\};/)).output.1
        return table.matches(of: /([a-z_]+): \["([^"]*)", "([^"]*)", (true|false)\],/).map { match in
            "\(match.output.1)|\(match.output.2)|\(match.output.3)|\(match.output.4)"
        }
    }

    private static func script() async throws -> String {
        let fixture = try await WebFixture()
        return try await fixture.app.test(.router) { client in
            try await client.execute(uri: Assets().address("format.js"), method: .get) { String(buffer: $0.body) }
        }
    }

    @Test("The page's script has the same words and icons for the types of events")
    func sameWords() async throws {
        let ours = EventLabels.types.map { "\($0.type)|\($0.title)|\($0.icon)|\($0.lasts)" }
        let script = try await Self.scriptTypes()
        #expect(script == ours)
    }

    @Test("Why an event is one is told in the same words by the page and by its script")
    func sameReasons() async throws {
        let table = try #require(try await Self.script().firstMatch(of: /export const reasons = \{\n([^}]*)\};/)).output.1
        let script = table.matches(of: /([a-z_]+): "([^"]*)",/).map { "\($0.output.1)|\($0.output.2)" }
        #expect(script == EventLabels.reasons.map { "\($0.key)|\($0.words)" })
    }

    @Test("What a node writes of why is told in words on the page, and what nobody knows as it is")
    func reasons() async throws {
        let fixture = try await WebFixture()
        fixture.store.add(try fixture.event(1, payload: #"{"why":{"gate_delay_s":0.5,"odd_key":2}}"#))
        let cookie = try await fixture.cookie()
        let page = try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/events", method: .get, headers: [.cookie: cookie]) { String(buffer: $0.body) }
        }
        #expect(page.contains("Seconds until it was looked at") && page.contains("Odd key") && !page.contains("Gate delay"))
    }

    @Test("Every icon that a type names is in the sprite")
    func icons() async throws {
        let fixture = try await WebFixture()
        try await fixture.app.test(.router) { client in
            let sprite = try await client.execute(uri: Assets().address("icons.svg"), method: .get) { String(buffer: $0.body) }
            for icon in Set(EventLabels.types.map(\.icon) + ["event"]) { #expect(sprite.contains("id=\"\(icon)\""), "\(icon)") }
        }
    }

    @Test("A type that nobody knows is shown in its own words")
    func unknown() {
        #expect(EventLabels.type("garage_door") == "Garage door")
        #expect(EventLabels.icon("garage_door") == "event")
        #expect(!EventLabels.lasts("garage_door"))
    }

    @Test(
        "Durations are short and exact, whatever a node wrote",
        arguments: [
            (0.2, "1 s"), (21.4, "21 s"), (59.6, "1 min"), (185, "3 min 5 s"), (3600, "1 h"), (7440, "2 h 4 min"), (-5, "1 s"),
            (.infinity, "277777 h 46 min"),
        ])
    func durations(_ seconds: Double, _ text: String) {
        #expect(EventLabels.duration(seconds) == text)
    }

    @Test("An event is called by what is known best: a name, a kind of animal, what moved, its type")
    func subject() throws {
        func subject(_ type: String, _ objects: String, _ identities: String = "[]") throws -> String {
            EventLabels.subject(type, try JSONObject(Array(#"{"objects":\#(objects)}"#.utf8)), identities: Array(identities.utf8))
        }
        let anna = #"{"track":1,"kind":"person","id":"x","name":"Anna \"A\"","score":null,"state":"known"}"#
        #expect(try subject("person", "[]", "[\(anna)]") == #"Anna "A""#)
        #expect(try subject("person", "[]", "[\(anna.replacing("known", with: "probable"))]") == #"Probably Anna "A""#)
        #expect(try subject("person", "[]", #"[{"state":"unknown","name":null}]"#) == "Person")
        #expect(try subject("wildlife", #"[{"label":"bird","species":{"name":"owl","level":"group"}}]"#) == "Owl")
        #expect(try subject("wildlife", #"[{"label":"bird","species":{"name":"animal","level":"animal"}}]"#) == "Bird")
        #expect(try subject("pet", #"[{"label":"cat"}]"#) == "Cat")
        #expect(try subject("pet", #"[{"label":"cat"}]"#, #"[{"kind":"pet","state":"unknown","name":null}]"#) == "Unknown cat")
        let owl = #"{"kind":"species","state":"known","name":"tawny owl"}"#
        #expect(try subject("wildlife", #"[{"label":"bird"}]"#, #"[{"kind":"pet","state":"unknown","name":null},\#(owl)]"#) == "Tawny owl")
        #expect(try subject("motion", #"[{"label":"cat"}]"#) == "Motion")
        let milo = #"{"kind":"pet","state":"probable","name":"Milo"}"#
        #expect(try subject("wildlife", #"[{"label":"dog"}]"#, "[\(milo),\(owl)]") == "Tawny owl")
        func alert(_ payload: String, _ identities: String = "[]") throws -> String {
            EventLabels.subject("pet_alert", try JSONObject(Array(payload.utf8)), identities: Array(identities.utf8))
        }
        #expect(try alert(#"{"condition":"outside"}"#, "[\(anna)]") == #"Anna "A" is outside"#)
        #expect(try alert(#"{"condition":"unseen"}"#) == "A pet has not been seen")
        for damaged in ["[]", "[1]", "{}", "[{}]", #"[{"label":""}]"#] { #expect(try subject("vehicle", damaged) == "Vehicle") }
        #expect(EventLabels.subject("vehicle", nil, identities: []) == "Vehicle")
    }
}
