import Protocol
import Testing

@Suite("Event batch")
struct EventBatchTests {
    static func payload(_ bodies: [String], node: String = "porch", epoch: String = "k3v9", batch: Int64 = 5) -> [UInt8] {
        EventBatch.encode(node: node, epoch: epoch, batch: batch, bodies: bodies.map { Array($0.utf8) })
    }

    static func body(_ seq: Int, _ changes: [String: String?] = [:]) -> String {
        EventTests.text(changes.merging(["seq": .some("\(seq)")]) { first, _ in first })
    }

    @Test("a batch reads back with its events in order")
    func roundTrip() throws {
        let batch = try EventBatch(payload: Self.payload((1...50).map { Self.body($0) }), fromNode: "porch")
        #expect(batch.epoch == "k3v9")
        #expect(batch.batch == 5)
        #expect(batch.events.map(\.seq) == (1...50).map(Int64.init))
        #expect(batch.refused.isEmpty)
        #expect(try EventBatch(payload: Self.payload([]), fromNode: "porch").events.isEmpty)
    }

    @Test(
        "a bad event is listed with its reason and bytes, its neighbours are taken",
        arguments: [
            ["severity": "\"loud\""], ["ts": "\"never\""], ["id": "null"], ["node": "\"garden\""], ["epoch": "\"other\""],
            ["payload": "{\"x\":\"" + String(repeating: "y", count: Limits.event) + "\"}"],
        ] as [[String: String]])
    func badNeighbour(changes: [String: String]) throws {
        let bad = Self.body(2, changes)
        let batch = try EventBatch(payload: Self.payload([Self.body(1), bad, Self.body(3)]), fromNode: "porch")
        #expect(batch.events.map(\.seq) == [1, 3])
        #expect(batch.refused.map(\.seq) == [2])
        #expect(batch.refused.first.map { String(decoding: $0.body, as: UTF8.self) } == bad)
        #expect(batch.refused.first?.why.isEmpty == false)
    }

    @Test(
        "an event without a number, or that is no object, makes the batch unreadable, with what is known of it",
        arguments: [
            EventTests.text(["seq": nil]), "7", "null", "[]", "\"x\"", "{\"seq\":1,\"seq\":1}",
        ])
    func nameless(element: String) {
        let error = #expect(throws: UnreadableBatch.self) {
            try EventBatch(payload: Self.payload([Self.body(1), element]), fromNode: "porch")
        }
        #expect(error?.epoch == "k3v9")
        #expect(error?.batch == 5)
    }

    @Test(
        "an envelope that cannot be read makes the batch unreadable",
        arguments: [
            "", "{", "[]", "{}", "{\"node\":\"porch\",\"epoch\":\"e\",\"batch\":1}",
            "{\"node\":\"porch\",\"epoch\":\"e\",\"batch\":1,\"events\":{}}",
            "{\"node\":\"porch\",\"epoch\":\"E!\",\"batch\":1,\"events\":[]}",
            "{\"node\":\"porch\",\"epoch\":\"e\",\"batch\":1.5,\"events\":[]}",
            "{\"node\":\"porch\",\"epoch\":\"e\",\"batch\":1,\"events\":[]} trailing",
            "{\"node\":\"garden\",\"epoch\":\"e\",\"batch\":1,\"events\":[]}",
            "{\"epoch\":\"e\",\"batch\":1,\"events\":[]}",
        ])
    func unreadable(text: String) {
        #expect(throws: UnreadableBatch.self) { try EventBatch(payload: Array(text.utf8), fromNode: "porch") }
    }

    @Test("more events than a batch may hold are refused as a whole")
    func tooMany() {
        #expect(throws: UnreadableBatch.self) {
            try EventBatch(payload: Self.payload((1...Limits.batch + 1).map { Self.body($0) }), fromNode: "porch")
        }
    }
}
