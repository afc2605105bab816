import Base
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, part of the notes.
@Suite(.storeTurns) struct StoreNoteTests {
    private static func note(_ low: UInt64, of event: EventID, _ text: String = "seen", by account: String = "ben") -> EventNote {
        EventNote(
            id: EventID(high: 0x0192_F6C2_0000_7002, low: low), event: event, text: text, createdAt: Timestamp(microseconds: Int64(low)),
            createdBy: account)
    }

    @Test(arguments: StoreKind.allCases)
    func `Notes stand in the order in which they were written, are bounded, and are deleted by whom they are`(_ kind: StoreKind)
        async throws
    {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let events = [try maker.event(), try maker.event()]
        _ = try await store.ingest(maker.batch(events))
        let (event, other) = (events[0].id, events[1].id)
        let nowhere = EventID(high: 1, low: 1)
        #expect(try await store.addNote(Self.note(1, of: nowhere)) == .unknownEvent)
        #expect(try await store.notes(of: nowhere) == [])
        let later = Self.note(9, of: event, "two\nlines, \"quoted\" 🦉")
        let first = Self.note(5, of: event, by: "anna")
        for note in [later, first] { #expect(try await store.addNote(note) == .added) }
        #expect(try await store.notes(of: event) == [first, later])
        #expect(try await store.notes(of: other) == [])

        #expect(try await !store.deleteNote(first.id, of: event, by: "ben"))
        #expect(try await !store.deleteNote(first.id, of: other, by: nil))
        #expect(try await store.deleteNote(first.id, of: event, by: "anna"))
        #expect(try await !store.deleteNote(first.id, of: event, by: "anna"))
        #expect(try await store.deleteNote(later.id, of: event, by: nil))
        #expect(try await store.notes(of: event) == [])

        for low in 1...UInt64(EventNote.limit) { #expect(try await store.addNote(Self.note(low, of: event)) == .added) }
        #expect(try await store.addNote(Self.note(1000, of: event)) == .tooMany)
        #expect(try await store.addNote(Self.note(1000, of: other)) == .added)
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Notes outlive revisions of their event, and go with it`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker(start: SystemClock().now.advanced(bySeconds: -100 * 86_400))
        let event = try maker.event()
        _ = try await store.ingest(maker.batch([event]))
        _ = try await store.stampAll()
        let note = Self.note(1, of: event.id)
        #expect(try await store.addNote(note) == .added)
        _ = try await store.ingest(maker.batch([try maker.event(id: event.id, rev: 2, ts: event.ts)]))
        #expect(try await store.notes(of: event.id) == [note])
        _ = try await store.stampAll()
        // Of a time that no month is prepared for an event is kept by when it was taken in.
        let far = SystemClock().now.advanced(bySeconds: 400 * 86_400)
        _ = try await store.maintain(now: far, eventDays: 30, feedDays: 7)
        #expect(try await store.event(event.id) == nil)
        #expect(try await store.notes(of: event.id) == [])
        #expect(try await store.check() == [])
    }
}
