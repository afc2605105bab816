import Base
import Media
import MediaTypes
import Protocol
import Sight
import Testing
import Vision

@testable import EdgeNode

@Suite("What a camera has in sight")
struct CameraSightTests {
    private struct Seen {
        var label: String
        var box: Box
        var score = 0.8
    }

    private func person(_ x: Double, _ y: Double = 0.4) -> Seen { Seen(label: "person", box: Box(x: x, y: y, width: 0.05, height: 0.2)) }

    /// One look: at all of the picture where anything is to be looked at.
    private func look(
        _ sight: inout CameraSight, at seconds: Double, _ seen: [Seen], moves: Bool = true, episode: UInt64? = nil, since: Double = 0
    ) throws -> [ObjectChange] {
        let look = try TestLooks.look(at: seconds, motion: moves ? seen.map(\.box) : nil, episode: episode, since: since)
        guard !sight.plan(for: look).parts.isEmpty else { return [] }
        let whole = [PixelRectangle(x: 0, y: 0, width: look.picture.width, height: look.picture.height)]
        let found = sight.judge(seen.map { Detection(label: $0.label, score: $0.score, box: $0.box) }, in: look)
        return sight.take(found, parts: whole, in: look).changes
    }

    @Test("Someone who walks through explains the motion; who comes along has an event of their own; both end when last seen")
    func explains() throws {
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        for step in 0..<40 {
            let way = 0.015 * Double(step)
            let seen =
                [person(0.1 + way)] + (step >= 10 ? [Seen(label: "dog", box: Box(x: 0.05 + way, y: 0.6, width: 0.06, height: 0.06))] : [])
            changes += try look(&sight, at: Double(step) * 0.2, seen, episode: 1)
        }
        for step in 40..<60 { changes += try look(&sight, at: Double(step) * 0.2, [], moves: false) }
        changes += sight.finish().changes
        let (people, dogs) = (changes.filter { $0.type == "person" }, changes.filter { $0.type == "pet" })
        #expect(people.allSatisfy { $0.event == TestLooks.event(1) && $0.explainsMotion && $0.startTimestamp == TestLooks.start })
        #expect(Set(dogs.map(\.event)).count == 1 && dogs.allSatisfy { $0.event != TestLooks.event(1) && !$0.explainsMotion })
        #expect(dogs.allSatisfy { $0.start == MediaTime(seconds: 2) })
        for own in [people, dogs] {
            #expect(own.first?.phase == .started && own.last?.phase == .ended && own.filter { $0.phase == .ended }.count == 1)
            #expect(own.last?.end == MediaTime(seconds: 7.8))
        }
        #expect(changes.count == people.count + dogs.count)
    }

    @Test(
        "What the detector makes of a label decides its event's type, whatever the word",
        arguments: [("rabbit", .pet, "pet"), ("cat", .wildlife, "wildlife"), ("person", .vehicle, "vehicle"), ("person", nil, nil)]
            as [(String, ObjectKind?, String?)])
    func kinds(label: String, kind: ObjectKind?, type: String?) throws {
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        for step in 0..<10 {
            let box = Box(x: 0.1 + 0.02 * Double(step), y: 0.4, width: 0.05, height: 0.2)
            let look = try TestLooks.look(at: Double(step) * 0.2, motion: [box])
            let (_, parts) = sight.plan(for: look)
            changes += sight.take([Detection(label: label, score: 0.9, box: box, kind: kind)], parts: parts, in: look).changes
        }
        changes += sight.finish().changes
        #expect(Set(changes.map(\.type)) == Set([type].compactMap { $0 }))
        #expect(changes.allSatisfy { $0.label == label })
    }

    @Test("Nobody looks where nothing moves and nothing is followed")
    func idle() throws {
        var sight = CameraSight()
        // The first look is at everything: somebody may be there already.
        #expect(sight.plan(for: try TestLooks.look(at: 0)).parts.count == 1)
        #expect(sight.plan(for: try TestLooks.look(at: 0)).parts.isEmpty)
        #expect(!sight.plan(for: try TestLooks.look(at: 0, motion: [Box(x: 0.4, y: 0.4, width: 0.1, height: 0.1)])).parts.isEmpty)
        for step in 0..<5 { _ = try look(&sight, at: Double(step) * 0.2, [person(0.3)]) }
        // What stands is looked at again, the longer it stands the less often.
        var looks = 0
        for step in 0..<300 {
            let time = 1 + Double(step) * 2
            if !sight.plan(for: try TestLooks.look(at: time)).parts.isEmpty { looks += 1 }
            _ = try look(&sight, at: time, [person(0.3)], moves: false)
        }
        #expect((20...60).contains(looks))
    }

    @Test("Someone who comes, sits still for ten minutes and goes is one event")
    func sits() throws {
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        for step in 0..<20 { changes += try look(&sight, at: Double(step) * 0.2, [person(0.1 + 0.01 * Double(step))], episode: 1) }
        for step in 0..<300 { changes += try look(&sight, at: 4 + Double(step) * 2, [person(0.29)], moves: false) }
        for step in 0..<20 { changes += try look(&sight, at: 604 + Double(step) * 0.2, [person(0.29 + 0.01 * Double(step))], episode: 2) }
        for step in 0..<20 { changes += try look(&sight, at: 608 + Double(step) * 0.2, [], moves: false) }
        changes += sight.finish().changes
        #expect(Set(changes.map(\.event)) == [TestLooks.event(1)])
        #expect(changes.filter { $0.phase == .ended }.map(\.end) == [MediaTime(seconds: 607.8)])
    }

    @Test("A car that stands when it is first seen is nothing; one that comes and parks is one event, and another when it leaves")
    func parks() throws {
        func car(_ x: Double, _ y: Double) -> Seen { Seen(label: "car", box: Box(x: x, y: y, width: 0.2, height: 0.12)) }
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        var step = 0
        func go(_ steps: Int, _ place: (Double) -> Double, episode: UInt64) throws {
            let since = Double(step) * 0.2
            for index in 0..<steps {
                changes += try look(
                    &sight, at: Double(step) * 0.2, [car(0.7, 0.8), car(place(Double(index)), 0.3)], episode: episode, since: since)
                step += 1
            }
        }
        try go(30, { 0.01 * $0 }, episode: 1)
        // It stands for two minutes, and it rains.
        try go(600, { _ in 0.29 }, episode: 2)
        #expect(changes.filter { $0.phase == .ended }.map(\.event) == [TestLooks.event(1)])
        #expect(changes.last.map { $0.end.seconds < 8 } == true)
        try go(30, { 0.29 + 0.01 * $0 }, episode: 3)
        changes += sight.finish().changes
        #expect(changes.filter { $0.phase == .started }.map(\.event) == [TestLooks.event(1), TestLooks.event(3)])
        #expect(changes.allSatisfy { $0.type == "vehicle" })
    }

    @Test("Only who stands in a zone counts, and where it was is told in order; nobody in a mask does")
    func zones() throws {
        var settings = SightSettings()
        settings.zones = [MotionZone(name: "gate", polygon: square(0.3, 0.5)), MotionZone(name: "door", polygon: square(0.5, 0.7))]
        settings.masks = [square(0.8, 1)]
        var sight = CameraSight(settings: settings)
        var changes: [ObjectChange] = []
        for step in 0..<30 {
            let way = 0.015 * Double(step)
            changes += try look(
                &sight, at: Double(step) * 0.2, [person(0.2 + way), person(0.05, 0.1), person(0.85, 0.2 + 0.01 * Double(step))])
        }
        changes += sight.finish().changes
        #expect(Set(changes.map(\.track)).count == 1)
        #expect(changes.first.map { $0.zones == ["gate"] && $0.end > $0.start } == true)
        #expect(changes.last?.zones == ["gate", "door"])
    }

    private func square(_ left: Double, _ right: Double) -> Polygon {
        Polygon([.init(x: left, y: 0), .init(x: right, y: 0), .init(x: right, y: 1), .init(x: left, y: 1)])
    }

    @Test("In a zone of some kinds nothing else counts")
    func zoneKinds() throws {
        var settings = SightSettings()
        settings.zones = [MotionZone(name: "road", polygon: square(0, 1), kinds: [.vehicle, .pet])]
        var sight = CameraSight(settings: settings)
        var changes: [ObjectChange] = []
        for step in 0..<20 {
            let way = 0.015 * Double(step)
            changes += try look(
                &sight, at: Double(step) * 0.2,
                [person(0.1 + way), Seen(label: "car", box: Box(x: 0.5 + way, y: 0.6, width: 0.15, height: 0.1))])
        }
        changes += sight.finish().changes
        #expect(Set(changes.map(\.type)) == ["vehicle"] && changes.allSatisfy { $0.zones == ["road"] })
    }

    @Test("Where loitering is asked for an event begins once somebody has stayed that long, and anew for who has left meanwhile")
    func loitering() throws {
        var settings = SightSettings()
        settings.zones = [MotionZone(name: "door", polygon: square(0.3, 0.6), loitering: 5, inertia: 3)]
        /// - Returns: When the event began to be told.
        func told(_ place: (Int) -> Double) throws -> Double? {
            var sight = CameraSight(settings: settings)
            for step in 0..<60 {
                let time = Double(step) * 0.2
                // They walk up and down a little.
                let changes = try look(&sight, at: time, [person(place(step) + 0.02 * Double(step % 2))])
                if let change = changes.first { return change.zones == ["door"] ? time : -1 }
            }
            return nil
        }
        // Believed from the second look on, and in the zone from the third after that.
        let stayed = try #require(try told { _ in 0.5 })
        #expect(abs(stayed - 5.6) < 0.01)
        #expect(try told { $0 < 15 ? 0.5 : 0.6 } == nil)
        let anew = try #require(try told { (10..<20).contains($0) ? 0.59 : 0.5 })
        #expect(anew > 9)
    }

    @Test("What is outside of its limits begins nothing, and goes on with what is followed; second looks bring it back by no other name")
    func limits() throws {
        var settings = SightSettings()
        var dog = ObjectLimit("dog")
        (dog.minimumScore, dog.maximumSize) = (0.7, 0.05)
        settings.objects.limits = [dog]
        func changes(_ scores: (Int) -> Double, side: Double = 0.1) throws -> [ObjectChange] {
            var sight = CameraSight(settings: settings)
            var changes: [ObjectChange] = []
            for step in 0..<30 {
                let box = Box(x: 0.1 + 0.005 * Double(step), y: 0.3, width: side, height: side)
                changes += try look(&sight, at: Double(step) * 0.2, [Seen(label: "dog", box: box, score: scores(step))])
            }
            return changes + sight.finish().changes
        }
        #expect(try changes { _ in 0.65 }.isEmpty)
        #expect(try changes({ _ in 0.9 }, side: 0.3).isEmpty)
        let event = try changes { $0 < 10 ? 0.8 : 0.5 }
        #expect(Set(event.map(\.event)).count == 1)
        #expect(event.last?.sightings == 30)

        var sight = CameraSight(settings: settings)
        let (here, large) = (Box(x: 0.2, y: 0.2, width: 0.1, height: 0.1), Box(x: 0.2, y: 0.2, width: 0.3, height: 0.3))
        let moving = try TestLooks.look(at: 0, motion: [here])
        _ = sight.plan(for: moving)
        func places(_ score: Double, _ box: Box) -> [Box] {
            sight.secondLooks(at: sight.judge([Detection(label: "dog", score: score, box: box)], in: moving), in: moving)
        }
        #expect(places(0.3, here) == [here] && places(0.6, here) == [] && places(0.3, large) == [])
    }

    @Test("A limit below the usual one lets something begin; a doubtful second look begins nothing all the same")
    func lowLimits() throws {
        var settings = SightSettings()
        var wildlife = ObjectLimit("wildlife")
        wildlife.minimumScore = 0.3
        settings.objects.limits = [wildlife]
        for (settings, types) in [(settings, ["wildlife"]), (SightSettings(), [])] {
            var sight = CameraSight(settings: settings)
            var changes: [ObjectChange] = []
            for step in 0..<20 {
                let bird = Seen(label: "bird", box: Box(x: 0.1 + 0.02 * Double(step), y: 0.4, width: 0.1, height: 0.1), score: 0.35)
                changes += try look(&sight, at: Double(step) * 0.2, [bird])
            }
            #expect(Set(changes.map(\.type)) == Set(types))
        }
        let place = Box(x: 0.2, y: 0.2, width: 0.1, height: 0.1)
        let doubtful = try #require(
            CameraSight(settings: settings).animal(in: place, scores(animal: 0.6), look: try TestLooks.look(at: 0, motion: [place])))
        #expect(!TrackerSettings().mayBegin(doubtful))
    }

    @Test("An object's event has a picture early, and a better one at the end, both before those of its motion")
    func pictures() throws {
        var settings = SightSettings()
        settings.pictures = true
        var sight = CameraSight(settings: settings)
        var outcomes: [SightOutcome] = []
        for step in 0..<20 {
            // Nearer and nearer.
            let box = Box(x: 0.1 + 0.01 * Double(step), y: 0.3, width: 0.05 + 0.01 * Double(step), height: 0.2 + 0.02 * Double(step))
            let look = try TestLooks.look(at: Double(step) * 0.2, motion: [box], episode: 1)
            let parts = sight.plan(for: look).parts
            outcomes.append(sight.take([Detection(label: "person", score: 0.8, box: box)], parts: parts, in: look))
        }
        outcomes.append(sight.finish())
        #expect(outcomes.flatMap(\.shots).map(\.rank) == [3, 4])
        #expect(outcomes.flatMap(\.shots).allSatisfy { $0.event == TestLooks.event(1) })
        #expect(outcomes.last?.shots.count == 1)
    }

    @Test("Of pictures that are much the same the sharp one is taken; a blurred one in which somebody is much larger comes before it")
    func sharpness() throws {
        // Told apart by their widths.
        let (sharp, blurred) = (try TestLooks.picture(width: 320, blur: 0), try TestLooks.picture(width: 322, blur: 6))
        var settings = SightSettings()
        settings.pictures = true
        /// - Returns: Widths of the pictures that are sent.
        func widths(_ side: (Int) -> Double, sharpAt step: Int) throws -> [Int] {
            var sight = CameraSight(settings: settings)
            var shots: [SnapshotShot<HeldPicture>] = []
            for current in 0..<20 {
                let box = Box(x: 0.1, y: 0.1, width: side(current), height: side(current))
                var look = try TestLooks.look(at: Double(current) * 0.2, motion: [box], episode: 1)
                look.picture = current == step ? sharp : blurred
                let parts = sight.plan(for: look).parts
                shots += sight.take([Detection(label: "person", score: 0.8, box: box)], parts: parts, in: look).shots
            }
            return (shots + sight.finish().shots).map(\.picture.width)
        }
        #expect(try widths({ _ in 0.4 }, sharpAt: 5) == [320])
        #expect(try widths({ $0 == 5 ? 0.39 : 0.4 }, sharpAt: 5) == [320])
        #expect(try widths({ $0 == 5 ? 0.25 : 0.4 }, sharpAt: 5) == [322])
        // What the hub has is not replaced for that alone.
        #expect(try widths({ _ in 0.4 }, sharpAt: 15) == [322])
    }

    @Test("A picture is given out with where the thing is in it, and not where it was in others")
    func framed() throws {
        // Told apart by their widths.
        let (sharp, blurred) = (try TestLooks.picture(width: 320, blur: 0), try TestLooks.picture(width: 322, blur: 6))
        var settings = SightSettings()
        settings.pictures = true
        var sight = CameraSight(settings: settings)
        var shots: [SnapshotShot<HeldPicture>] = []
        for step in 0..<20 {
            let box = Box(x: 0.1 + 0.02 * Double(step - 5), y: 0.1, width: 0.4, height: 0.4)
            var look = try TestLooks.look(at: Double(step) * 0.2, motion: [box], episode: 1)
            look.picture = step == 5 ? sharp : blurred
            let parts = sight.plan(for: look).parts
            shots += sight.take([Detection(label: "person", score: 0.8, box: box)], parts: parts, in: look).shots
        }
        let shot = try #require(shots.first)
        #expect(shot.picture.width == 320 && shot.boxes.map(\.kind) == [.person] && shot.boxes.map(\.score) == [0.8])
        #expect(abs((shot.boxes.first?.area.left ?? 1) - 0.1) < 0.03 && abs((shot.boxes.first?.area.right ?? 0) - 0.5) < 0.03)
    }

    @Test(
        "What is framed is called as its event is",
        arguments: [
            ("person", .person), ("cat", .pet), ("bird", .wildlife), ("car", .vehicle),
        ] as [(String, SnapshotBoxKind)])
    func framedKinds(label: String, kind: SnapshotBoxKind) throws {
        var settings = SightSettings()
        settings.pictures = true
        var sight = CameraSight(settings: settings)
        var shots: [SnapshotShot<HeldPicture>] = []
        for step in 0..<20 {
            let box = Box(x: 0.1 + 0.02 * Double(step), y: 0.3, width: 0.2, height: 0.2)
            let look = try TestLooks.look(at: Double(step) * 0.2, motion: [box])
            let parts = sight.plan(for: look).parts
            shots += sight.take([Detection(label: label, score: 0.8, box: box)], parts: parts, in: look).shots
        }
        #expect(shots.first?.boxes.map(\.kind) == [kind])
    }

    @Test("A car that has stood for an hour and drives off begins when it does, and does not take a motion that began long before")
    func drivesOff() throws {
        var sight = CameraSight()
        var changes: [ObjectChange] = []
        func car(_ x: Double) -> Seen { Seen(label: "car", box: Box(x: x, y: 0.3, width: 0.2, height: 0.12)) }
        for step in 0..<1800 { changes += try look(&sight, at: Double(step) * 2, [car(0.1)], moves: false) }
        #expect(changes.isEmpty)
        for step in 0..<30 { changes += try look(&sight, at: 3600 + Double(step) * 0.2, [car(0.1 + 0.01 * Double(step))], episode: 7) }
        let start = try #require(changes.first)
        #expect(
            start.phase == .started && start.event != TestLooks.event(7) && start.startTimestamp > TestLooks.start.advanced(bySeconds: 3599)
        )
    }

    @Test("Nobody in a mask counts, without zones too")
    func masks() throws {
        var settings = SightSettings()
        settings.masks = [Polygon([.init(x: 0.5, y: 0), .init(x: 1, y: 0), .init(x: 1, y: 1), .init(x: 0.5, y: 1)])]
        var sight = CameraSight(settings: settings)
        var changes: [ObjectChange] = []
        for step in 0..<20 {
            changes += try look(&sight, at: Double(step) * 0.2, [person(0.6 + 0.01 * Double(step)), person(0.1 + 0.01 * Double(step))])
        }
        #expect(Set(changes.map(\.track)).count == 1 && changes.allSatisfy { $0.box.x < 0.5 })
    }

    /// Scores of ImageNet's classes of which animals have a share.
    private func scores(animal share: Float, fox: Float = 0) -> [Float] {
        var scores = [Float](repeating: 0, count: 1000)
        for place in 0..<200 { scores[place] = (share - fox) / 200 }
        scores[277] += fox
        for place in 400..<1000 { scores[place] = (1 - share) / 600 }
        return scores
    }

    @Test("A second look is asked for where something moves that nothing explains, and where an animal is in doubt, and nowhere else")
    func secondLooks() throws {
        var sight = CameraSight()
        let (here, there) = (Box(x: 0.2, y: 0.2, width: 0.1, height: 0.1), Box(x: 0.7, y: 0.7, width: 0.1, height: 0.1))
        let moving = try TestLooks.look(at: 0, motion: [here, there])
        _ = sight.plan(for: moving)
        #expect(sight.secondLooks(at: [], in: moving).count == 2)
        func places(_ label: String, _ score: Double) -> [Box] {
            sight.secondLooks(at: [Detection(label: label, score: score, box: here)], in: moving)
        }
        #expect(places("bird", 0.9) == [there])
        #expect(places("bird", 0.3) == [here, there])
        // Who may be a person is none.
        #expect(places("person", 0.3) == [there])
        #expect(places("chair", 0.9).count == 2)
        // What is ignored comes back by no other name, and explains what moves all the same.
        for label in ["sheep", "bicycle"] {
            let ignored = [0.3, 0.9].map { Detection(label: label, score: $0, box: here, kind: nil) }
            #expect(
                sight.secondLooks(at: [ignored[0]], in: moving) == [there] && sight.secondLooks(at: [ignored[1]], in: moving) == [there])
        }
        #expect(sight.secondLooks(at: [], in: try TestLooks.look(at: 0)) == [])

        #expect(sight.animal(in: here, scores(animal: 0.95), look: moving)?.score ?? 0 > 0.9)
        // It may go on with what is followed, and begins nothing.
        let doubtful = try #require(sight.animal(in: here, scores(animal: 0.6), look: moving))
        #expect(doubtful.score < TrackerSettings().newScore && doubtful.label == "animal")
        #expect(sight.animal(in: here, scores(animal: 0.3), look: moving) == nil)
        #expect(sight.animal(in: here, scores(animal: 0.45), look: try TestLooks.look(at: 0)) == nil)
        #expect(sight.animal(in: here, [], look: moving) == nil)
    }

    @Test("What only second looks know as an animal must go some way: the ground where one sat makes no event")
    func mustGo() throws {
        for speed in [0, 0.02] {
            var sight = CameraSight()
            var changes: [ObjectChange] = []
            for step in 0..<20 {
                let box = Box(x: 0.2 + speed * Double(step), y: 0.4, width: 0.1, height: 0.1)
                changes += try look(&sight, at: Double(step) * 0.2, [Seen(label: "animal", box: box, score: 0.9)])
            }
            changes += sight.finish().changes
            #expect(Set(changes.map(\.type)) == (speed == 0 ? [] : ["wildlife"]))
        }
    }

    private func reading(_ angle: Float, worth: Double = 1) throws -> FaceReading {
        let box = Box(x: 0.32, y: 0.42, width: 0.02, height: 0.03)
        return FaceReading(
            face: DetectedFace(score: 0.9, box: box, landmarks: []), embedding: try #require(Embedding([1, angle], model: "m")),
            worth: worth)
    }

    /// Somebody walks, and every close look shows their face.
    private func portraits(
        _ settings: SightSettings, seconds: Double, isPressed: Bool = false, species: Set<String>? = nil,
        label: (Double) -> String = { _ in "person" }
    ) throws -> (shots: [PortraitShot], looks: Int, changes: [ObjectChange]) {
        var sight = CameraSight(settings: settings)
        (sight.readsFaces, sight.readsAnimals) = (true, true)
        sight.animalJudge.species = species
        var (shots, looks, changes): ([PortraitShot], Int, [ObjectChange]) = ([], 0, [])
        for step in 0..<Int(seconds * 5) {
            let time = Double(step) * 0.2
            let seen = Seen(label: label(time), box: Box(x: 0.1 + 0.005 * Double(step), y: 0.4, width: 0.1, height: 0.3))
            let look = try TestLooks.look(at: time, motion: [seen.box])
            _ = sight.plan(for: look)
            let whole = [PixelRectangle(x: 0, y: 0, width: look.picture.width, height: look.picture.height)]
            var outcome = sight.take([Detection(label: seen.label, score: seen.score, box: seen.box)], parts: whole, in: look)
            for close in sight.closeLooks(at: look, isPressed: isPressed) {
                looks += 1
                if close.isPerson {
                    sight.take(try reading(0.1), of: close, in: look)
                } else {
                    sight.take(scores(animal: 1, fox: 0.95), Embedding([0, 1], model: "a"), of: close, in: look)
                }
            }
            shots += sight.portraits(&outcome.changes, in: look)
            changes += outcome.changes
        }
        let last = sight.finish()
        return (shots + last.portraits, looks, changes + last.changes)
    }

    @Test("Several pictures of one person vote: the first portrait comes soon, a better one at the end, and close looks are few")
    func votes() throws {
        let settings = SightSettings(MotionSettings(), pictures: true, faces: true)
        let (shots, looks, changes) = try portraits(settings, seconds: 25)
        #expect(shots.map(\.rank) == [1, 2] && shots.allSatisfy { $0.kind == .face && $0.embedding.model == "m" })
        #expect((3...5).contains(shots.first?.pictures ?? 0) && shots.last?.pictures == looks)
        #expect((10...12).contains(looks))
        #expect(Set(shots.map(\.event)) == Set(changes.map(\.event)))
        #expect(changes.last?.closeUps == looks)
        // Who is there for a moment has one portrait.
        #expect(try portraits(settings, seconds: 2).shots.map(\.rank) == [1])
    }

    @Test("While others wait for the models close looks come half as often, and whoever is there is known all the same")
    func pressed() throws {
        let settings = SightSettings(MotionSettings(), pictures: true, faces: true)
        #expect(try portraits(settings, seconds: 3).looks == 5)
        let (shots, looks, _) = try portraits(settings, seconds: 3, isPressed: true)
        #expect(looks == 3 && shots.map(\.rank) == [1])
    }

    @Test("Where faces are not wanted nobody is looked at closely, and where no pictures are there is none of an animal")
    func unwanted() throws {
        let without = try portraits(SightSettings(MotionSettings(), pictures: true), seconds: 10)
        #expect(without.looks == 0 && without.shots.isEmpty && without.changes.allSatisfy { $0.closeUps == 0 })
        let hidden = try portraits(SightSettings(MotionSettings(), faces: true), seconds: 10, label: { _ in "bear" })
        #expect(hidden.shots.isEmpty && hidden.looks > 0)
        // What it is can be told all the same.
        #expect(hidden.changes.last?.species?.name == "red fox")
        let shown = try portraits(SightSettings(MotionSettings(), pictures: true), seconds: 25, label: { _ in "bear" })
        #expect(shown.shots.allSatisfy { $0.kind == .animal } && shown.shots.count == 2)
    }

    @Test(
        "An event's animal is one that lives there, or an animal",
        arguments: [(["red fox"], "red fox"), (["wolf"], "wild dog"), (["owl"], "animal")])
    func atSite(species: [String], name: String) throws {
        let settings = SightSettings(MotionSettings(), pictures: true)
        let (_, _, changes) = try portraits(settings, seconds: 5, species: Set(species), label: { _ in "bear" })
        #expect(changes.last.map { $0.phase == .ended && $0.species?.name == name && $0.type == "wildlife" } == true)
    }

    @Test("Who was taken for a cat at first is known by their face, not by that")
    func mistaken() throws {
        let settings = SightSettings(MotionSettings(), pictures: true, faces: true)
        let (shots, _, changes) = try portraits(settings, seconds: 12, label: { $0 < 0.7 ? "cat" : "person" })
        #expect(changes.last?.type == "person")
        #expect(!shots.isEmpty && shots.allSatisfy { $0.kind == .face })
    }
}
