import Base
import Protocol
import TestSupport
import Testing
import Vision

@testable import Hub

/// The conformance suite, part of pictures that people give, and of portraits that are read again. To a store a picture is bytes.
@Suite(.storeTurns) struct StorePictureTests {
    private static let start = Timestamp(microseconds: 1_760_000_000_000_000)
    private static let anna = EventID(high: 0x0192_F6C2_0000_7000, low: 1)
    private static let milo = EventID(high: 0x0192_F6C2_0000_7000, low: 2)

    private static func withStore(_ kind: StoreKind, _ body: (any HubStore) async throws -> Void) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        try await recognise(true, fixture.store)
        for (id, kind, name) in [(anna, IndividualKind.person, "Anna"), (milo, .pet, "Milo")] {
            let individual = Individual(id: id, kind: kind, name: name, profile: .known, createdAt: start, createdBy: "admin")
            #expect(try await fixture.store.say(.new(individual), in: [], by: "admin", at: start) == .done)
        }
        try await body(fixture.store)
        #expect(try await fixture.store.check() == [])
    }

    private static func recognise(_ isOn: Bool, _ store: any HubStore) async throws {
        try await store.setRecognition(RecognitionChoice(isOn: isOn, ground: "Our home", changedAt: start, changedBy: "admin"))
    }

    private static func picture(_ number: UInt64, _ individual: EventID = anna, _ kind: IndividualKind = .person) -> OfferedPicture {
        OfferedPicture(
            id: EventID(high: 0x0192_F6C2_0001_7000, low: number), individual: individual, kind: kind,
            addedAt: start.advanced(bySeconds: Double(number)), addedBy: "admin")
    }

    @Test(arguments: StoreKind.allCases)
    func `A picture waits, is looked at in its turn, and becomes one that somebody is known by`(_ kind: StoreKind) async throws {
        try await Self.withStore(kind) { store in
            let (first, second, third) = (Self.picture(1), Self.picture(2, Self.milo, .pet), Self.picture(3))
            #expect(try await store.addPicture(third, box: [3]))
            #expect(try await store.addPicture(first, box: [1]))
            #expect(try await store.addPicture(second, box: [2]))
            // Of nobody who is there, or of one of another kind.
            #expect(try await !store.addPicture(Self.picture(4, EventID(high: 9, low: 9)), box: [4]))
            #expect(try await !store.addPicture(Self.picture(5, Self.milo, .person), box: [5]))
            #expect(try await store.waitingPictures() == 3)
            #expect(try await store.offeredPictures(of: Self.anna) == [first, third])
            let next = try #require(try await store.nextPicture(except: []))
            #expect(next == first)
            #expect(try await store.pictureBox(next.id) == [1])
            #expect(try await store.nextPicture(except: [first.id]) == second)
            #expect(try await store.nextPicture(except: [first.id, second.id, third.id]) == nil)
            // While people are not recognised, only pets are looked at, and nobody gets known.
            try await Self.recognise(false, store)
            #expect(try await !store.learn(first, model: "m", portrait: [7, 7], at: Self.start))
            #expect(try await store.nextPicture(except: []) == second)
            try await Self.recognise(true, store)

            #expect(try await store.learn(first, model: "m", portrait: [7, 7], at: Self.start))
            #expect(try await !store.learn(first, model: "m", portrait: [8], at: Self.start))
            #expect(try await store.offeredPictures(of: Self.anna) == [third])
            let known = KnownPicture(id: first.id, wasOffered: true, addedAt: Self.start, addedBy: "admin", model: "m")
            #expect(try await store.knownPictures(of: Self.anna) == [known])
            #expect(try await store.galleryPortrait(first.id)?.box == [7, 7])
            let portrait = GalleryPortrait(
                event: first.id, individual: Self.anna, node: OfferedPortrait.node, rank: OfferedPortrait.rank, model: "m")
            #expect(try await store.gallery(.person) == [portrait])
            #expect(try await store.individuals(.person).first?.portrait == first.id)

            #expect(try await store.removePicture(first.id, of: Self.milo) == nil)
            #expect(try await store.removePicture(first.id, of: Self.anna) == true)
            #expect(try await store.removePicture(first.id, of: Self.anna) == nil)
            #expect(try await store.removePicture(third.id, of: Self.anna) == false)
            #expect(try await store.gallery(.person) == [])
            #expect(try await store.nextPicture(except: []) == second)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Of several somebody says who it is, and what is of no use goes after a while`(_ kind: StoreKind) async throws {
        try await Self.withStore(kind) { store in
            let (first, second) = (Self.picture(1), Self.picture(2))
            #expect(try await store.addPicture(first, box: [1]))
            #expect(try await store.addPicture(second, box: [2]))
            let boxes = [Box(x: 0.1, y: 0.2, width: 0.3, height: 0.25), Box(x: 0.6, y: 0, width: 0.125, height: 0.5)]
            #expect(try await !store.choose(boxes[0], of: first.id))
            var several = first
            (several.state, several.found) = (.several, boxes)
            try await store.note(several, at: Self.start.advanced(bySeconds: 50))
            #expect(try await store.offeredPictures(of: Self.anna) == [several, second])
            #expect(try await store.nextPicture(except: []) == second)
            #expect(try await !store.learn(several, model: "m", portrait: [7], at: Self.start))
            #expect(try await store.choose(boxes[1], of: first.id))
            let chosen = try #require(try await store.nextPicture(except: []))
            #expect(chosen.id == first.id && chosen.chosen == boxes[1] && chosen.state == .waiting)
            // Whoever looked at it before somebody had chosen comes too late.
            try await store.note(several, at: Self.start.advanced(bySeconds: 50))
            #expect(try await store.nextPicture(except: []) == chosen)
            var useless = chosen
            (useless.state, useless.found, useless.trouble) = (.useless, [], "nobody, said “the reader”")
            try await store.note(useless, at: Self.start.advanced(bySeconds: 50))
            useless.chosen = nil
            #expect(try await store.offeredPictures(of: Self.anna) == [useless, second])

            // It was found to be so later than it was given.
            #expect(try await store.forgetPictures(before: Self.start.advanced(bySeconds: 50)) == 0)
            #expect(try await store.forgetPictures(before: Self.start.advanced(bySeconds: 100)) == 1)
            // What waits is kept, however long nothing reads it.
            #expect(try await store.offeredPictures(of: Self.anna) == [second])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `There are not more pictures than can be looked at`(_ kind: StoreKind) async throws {
        try await Self.withStore(kind) { store in
            for number in 1...UInt64(OfferedPicture.limit) {
                let isKept = try await store.addPicture(Self.picture(number), box: [1])
                #expect(isKept)
            }
            #expect(try await !store.addPicture(Self.picture(9999), box: [1]))
            #expect(try await store.removePicture(Self.picture(7).id, of: Self.anna) == false)
            #expect(try await store.addPicture(Self.picture(9999), box: [1]))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Portraits of another model are found once, and get new numbers or are given up`(_ kind: StoreKind) async throws {
        try await Self.withStore(kind) { store in
            var maker = EventMaker()
            let events = try (0..<4).map { try maker.event(type: "person", ts: maker.start.advanced(bySeconds: Double($0))) }
            _ = try await store.ingest(maker.batch(events))
            for (index, event) in events.enumerated() {
                let facts = PortraitFacts(
                    event: event.id, node: "porch", rank: 1, track: 1, kind: .face, model: index == 3 ? "new" : "old")
                #expect(try await store.putPortrait(facts, box: [UInt8(index)], at: maker.start) == .stored)
            }
            #expect(try await store.say(.individual(Self.anna), in: [events[0].id, events[3].id], by: "admin", at: Self.start) == .done)
            let due = try await store.duePortraits(limit: 10)
            _ = try await store.decide(due.map { IdentityDecision($0, state: .unknown, time: Self.start) })
            #expect(try await store.duePortraits(limit: 10) == [])

            #expect(try await store.oldPortraits(.animal, model: "new", except: [], limit: 10) == [])
            #expect(try await store.oldPortraits(.face, model: "new", except: [], limit: 1).count == 1)
            #expect(try await store.oldPortraits(.face, model: "new", except: Set(events.map(\.id)), limit: 10) == [])
            try await Self.recognise(false, store)
            #expect(try await store.oldPortraits(.face, model: "new", except: [], limit: 10) == [])
            try await Self.recognise(true, store)
            let old = try await store.oldPortraits(.face, model: "new", except: [], limit: 10)
            let gallery = OldPortrait(
                place: .gallery, event: events[0].id, node: "porch", rank: 1, kind: .face, model: "old", box: [0])
            let ofEvents = (0..<3).map { index in
                OldPortrait(
                    place: .event, event: events[index].id, node: "porch", rank: 1, kind: .face, model: "old", box: [UInt8(index)])
            }
            #expect(Set(old) == Set([gallery] + ofEvents))
            try await store.renew(gallery, model: "new", box: [50])
            // What nobody has said anything about is compared with the new numbers.
            #expect(try await store.duePortraits(limit: 10).map(\.box).sorted { $0[0] < $1[0] } == [[1], [2]])
            _ = try await store.decide(
                try await store.duePortraits(limit: 10).map { IdentityDecision($0, state: .unknown, time: Self.start) })
            try await store.renew(ofEvents[1], model: "new", box: [51])
            try await store.giveUp(ofEvents[2], for: "new")
            #expect(try await store.oldPortraits(.face, model: "new", except: [], limit: 10) == [ofEvents[0]])
            #expect(try await store.oldPortraitCount(.face, model: "new") == 1)
            #expect(try await store.oldPortraitCount(.animal, model: "new") == 0)
            #expect(try await store.oldPortraitCount(.face, model: "newer") == 6)
            // Another model may make something of it.
            #expect(try await store.oldPortraits(.face, model: "newer", except: [], limit: 10).count == 6)
            #expect(try await store.galleryPortrait(events[0].id)?.box == [50])
            #expect(try await store.gallery(.person).map(\.model) == ["new", "new"])
            #expect(try await store.duePortraits(limit: 10).map(\.box) == [[51]])
            // A better portrait has come meanwhile: it stays.
            let better = PortraitFacts(event: events[0].id, node: "porch", rank: 2, track: 1, kind: .face, model: "new")
            #expect(try await store.putPortrait(better, box: [99], at: maker.start) == .stored)
            try await store.renew(ofEvents[0], model: "new", box: [52])
            #expect(try await store.portrait(of: events[0].id)?.box == [99])
            #expect(try await store.oldPortraits(.face, model: "new", except: [], limit: 10) == [])
            // Of a node that still has the old model: what is better may be of use where the first was not.
            let second = PortraitFacts(event: events[2].id, node: "porch", rank: 2, track: 1, kind: .face, model: "old")
            #expect(try await store.putPortrait(second, box: [98], at: maker.start) == .stored)
            #expect(try await store.oldPortraits(.face, model: "new", except: [], limit: 10).map(\.box) == [[98]])
            // Faces are not read while nobody is recognised, and what is not read does not wait for it.
            try await store.setRecognition(RecognitionChoice(isOn: false, ground: "", changedAt: Self.start, changedBy: "admin"))
            #expect(try await store.oldPortraitCount(.face, model: "newer") == 0)
            #expect(try await store.oldPortraits(.face, model: "newer", except: [], limit: 10) == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Pictures go with whom somebody is merged into, and known ones come back with a split`(_ kind: StoreKind) async throws {
        try await Self.withStore(kind) { store in
            let twin = EventID(high: 0x0192_F6C2_0000_7000, low: 3)
            let individual = Individual(id: twin, kind: .person, name: "Ann", profile: .known, createdAt: Self.start, createdBy: "admin")
            #expect(try await store.say(.new(individual), in: [], by: "admin", at: Self.start) == .done)
            let (known, waiting) = (Self.picture(1, twin), Self.picture(2, twin))
            #expect(try await store.addPicture(known, box: [1]))
            #expect(try await store.addPicture(waiting, box: [2]))
            #expect(try await store.learn(known, model: "m", portrait: [7], at: Self.start))
            #expect(try await store.merge(twin, into: Self.anna, by: "admin", at: Self.start) == .done)
            #expect(try await store.offeredPictures(of: Self.anna).map(\.id) == [waiting.id])
            #expect(try await store.knownPictures(of: Self.anna).map(\.id) == [known.id])
            // Looked at for whom it was of before.
            #expect(try await !store.learn(waiting, model: "m", portrait: [8], at: Self.start))
            let moved = try #require(try await store.nextPicture(except: []))
            #expect(try await store.learn(moved, model: "m", portrait: [8], at: Self.start))
            let later = Self.picture(3, Self.anna)
            #expect(try await store.addPicture(later, box: [3]))
            #expect(try await store.knownPictures(of: Self.anna).count == 2)
            #expect(try await store.split(twin, from: Self.anna))
            #expect(try await Set(store.knownPictures(of: twin).map(\.id)) == [known.id, waiting.id])
            #expect(try await store.knownPictures(of: Self.anna) == [])
            #expect(try await store.offeredPictures(of: Self.anna).map(\.id) == [later.id])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Whoever is erased with others merged into them leaves none of their pictures`(_ kind: StoreKind) async throws {
        try await Self.withStore(kind) { store in
            let twin = EventID(high: 0x0192_F6C2_0000_7000, low: 3)
            let individual = Individual(id: twin, kind: .person, name: "Ann", profile: .known, createdAt: Self.start, createdBy: "admin")
            #expect(try await store.say(.new(individual), in: [], by: "admin", at: Self.start) == .done)
            let (known, waiting) = (Self.picture(1, twin), Self.picture(2, twin))
            #expect(try await store.addPicture(known, box: [1]))
            #expect(try await store.addPicture(waiting, box: [2]))
            #expect(try await store.merge(twin, into: Self.anna, by: "admin", at: Self.start) == .done)
            let moved = try #require(try await store.nextPicture(except: []))
            #expect(try await store.learn(moved, model: "m", portrait: [8], at: Self.start))
            // As of the list, where an older copy has them merged.
            let erasure = Erasure(individual: twin, time: Self.start, account: nil, reason: .restore, pictures: .deleted)
            #expect(try await store.erase(erasure))
            #expect(try await store.knownPictures(of: Self.anna) == [])
            #expect(try await store.offeredPictures(of: Self.anna) == [])
            #expect(try await store.individual(Self.anna) != nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Pictures go with whom they are of`(_ kind: StoreKind) async throws {
        try await Self.withStore(kind) { store in
            let isKept = try await store.addPicture(Self.picture(1), box: [1])
            #expect(isKept)
            #expect(try await store.addPicture(Self.picture(2), box: [2]))
            #expect(try await store.addPicture(Self.picture(3, Self.milo, .pet), box: [3]))
            #expect(try await store.learn(Self.picture(2), model: "m", portrait: [7], at: Self.start))
            let erasure = Erasure(individual: Self.anna, time: Self.start, account: "admin", reason: .request, pictures: .deleted)
            #expect(try await store.erase(erasure))
            #expect(try await store.offeredPictures(of: Self.anna) == [])
            #expect(try await store.knownPictures(of: Self.anna) == [])
            #expect(try await store.waitingPictures() == 1)
        }
    }
}
