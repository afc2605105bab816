import Settings
import Testing
import Vision

@testable import EdgeNode

@Suite struct CameraObjectsTests {
    private let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    private static let zones = ["yard", "door"]
        .map { "[[camera.motion.zone]]\nname = \"\($0)\"\npolygon = [[0, 0], [1, 0], [1, 1]]" }.joined(separator: "\n")

    private func load(_ lines: String, before: String = "") throws -> CameraObjects {
        let text = "\(before)\n[[camera]]\nid = \"porch\"\nsource = \"clip.mp4\"\n\(lines)\n"
        return try #require(
            EdgeConfiguration.load(path: folder.write(text, to: "edge.toml"), environment: [:], purpose: .analyze).cameras.first
        )
        .objects
    }

    private func problems(_ lines: String, before: String = "") throws -> [String] {
        do {
            _ = try load(lines, before: before)
            return []
        } catch let error as SettingsError { return error.problems.map { "\($0)" } }
    }

    @Test("Every key is read; without any nothing is different")
    func keys() throws {
        #expect(try load("") == CameraObjects())
        let objects = try load(
            """
            [camera.objects]
            pets = ["horse"]
            wildlife = ["cat"]
            ignored = ["boat"]
            [[camera.objects.limit]]
            of = "person"
            minimum_score = 0.6
            minimum_size = 0.001
            maximum_size = 0.5
            minimum_aspect = 0.2
            maximum_aspect = 2
            [[camera.objects.limit]]
            of = "animal"
            minimum_score = 0.9
            """)
        #expect(objects.kinds == ["horse": .pet, "cat": .wildlife] && objects.ignored == ["boat"])
        var (person, animal) = (ObjectLimit("person"), ObjectLimit("animal"))
        (person.minimumScore, person.minimumSize, person.maximumSize) = (0.6, 0.001, 0.5)
        (person.minimumAspect, person.maximumAspect) = (0.2, 2)
        animal.minimumScore = 0.9
        #expect(objects.limits == [person, animal])
    }

    @Test(
        "What is wrong is named, with what to write",
        arguments: [
            (
                "[camera.objects]\npets = [\"hors\"]",
                "camera[1].objects.pets: has a label that is none of the detector's: write it as it stands there; did you mean \"horse\"?"
            ),
            (
                "[camera.objects]\npets = [\"cat\"]\nignored = [\"cat\"]",
                "camera[1].objects.ignored: has a label that stands in pets too: keep one of the two"
            ),
            (
                "[[camera.objects.limit]]\nminimum_score = 0.5",
                "camera[1].objects.limit[1].of: is missing: say what is limited, such as of = \"person\""
            ),
            (
                "[[camera.objects.limit]]\nof = \"persn\"",
                "camera[1].objects.limit[1].of: must be one of person, pet, wildlife, vehicle, or one of the detector's labels as it stands there; did you mean \"person\"?"
            ),
            (
                "[[camera.objects.limit]]\nof = \"pet\"\nminimum_score = 0.1",
                "camera[1].objects.limit[1].minimum_score: must be a number from 0.2 to 1.0, and is 0.1"
            ),
            (
                "[[camera.objects.limit]]\nof = \"pet\"\nminimum_size = 0.5\nmaximum_size = 0.1",
                "camera[1].objects.limit[1].minimum_size: is more than maximum_size, so that nothing would fit: swap them, or leave one out"
            ),
            (
                "[[camera.objects.limit]]\nof = \"pet\"\n[[camera.objects.limit]]\nof = \"pet\"",
                "camera[1].objects.limit[2].of: is limited by another table of this camera: put the two together"
            ),
            (
                "[[camera.objects.limit]]\nof = \"pet\"\nzone = \"<b>\"",
                "camera[1].objects.limit[1].zone: must be the name of one of the camera's zones: this camera has none"
            ),
            (
                "\(Self.zones)\n[[camera.objects.limit]]\nof = \"pet\"\nzone = \"yrad\"",
                "camera[1].objects.limit[1].zone: must be the name of one of the camera's zones: there are yard, door"
            ),
            (
                "\(Self.zones)\n[[camera.objects.limit]]\nof = \"pet\"\nzone = \"yard\"\n[[camera.objects.limit]]\nof = \"pet\"\nzone = \"yard\"",
                "camera[1].objects.limit[2].of: is limited by another table of this zone: put the two together"
            ),
            (
                "[[camera.objects.limit]]\nof = \"pet\"\nminimum_scor = 0.5",
                "camera[1].objects.limit[1].minimum_scor: unknown key; did you mean \"minimum_score\"?"
            ),
        ])
    func faults(lines: String, problem: String) throws { #expect(try problems(lines) == [problem]) }

    @Test("With a detector of one's own its labels count")
    func ownLabels() throws {
        try folder.write("pine marten\nbadger\n", to: "labels.txt")
        let detector = "[detector]\nmodel = \"m.onnx\"\nkind = \"yolox\"\nlabels = \"labels.txt\""
        #expect(try load("[camera.objects]\npets = [\"pine marten\"]", before: detector).kinds == ["pine marten": .pet])
        #expect(try problems("[camera.objects]\npets = [\"horse\"]", before: detector).count == 1)
        // What is wrong with the file is told when the detector is loaded.
        #expect(try problems("[camera.objects]\npets = [\"horse\"]", before: detector.replacing("labels.txt", with: "none.txt")) == [])
    }

    private func judge(
        _ objects: CameraObjects, _ label: String, _ score: Double = 0.5, _ box: Box = Box(x: 0.4, y: 0.4, width: 0.1, height: 0.2)
    )
        -> Detection
    {
        objects.judge(Detection(label: label, score: score, box: box), aspect: 2, score: 0.45)
    }

    @Test("A camera's lists go before the node's word for a label, and what is in none stays what it is")
    func kinds() {
        var objects = CameraObjects()
        (objects.kinds, objects.ignored) = (["cat": .wildlife, "chair": .pet], ["dog"])
        #expect(["cat", "chair", "dog", "person"].map { judge(objects, $0).kind } == [.wildlife, .pet, nil, .person])
        let plain = Detection(label: "cat", score: 0.5, box: Box(x: 0, y: 0, width: 0.1, height: 0.1))
        #expect(CameraObjects().judge(plain, aspect: 2, score: 0.45) == plain)
    }

    @Test("Limits decide what something may begin with; a label's own word goes before its kind's")
    func limits() {
        var (pet, dog) = (ObjectLimit("pet"), ObjectLimit("dog"))
        (pet.minimumScore, pet.minimumSize, pet.maximumSize) = (0.6, 0.01, 0.05)
        (pet.minimumAspect, pet.maximumAspect) = (0.5, 1.5)
        dog.minimumScore = 0.3
        var objects = CameraObjects()
        objects.limits = [pet, dog]
        var tracker = TrackerSettings()
        tracker.newScore = 0.45
        func mayBegin(_ label: String, _ score: Double, _ width: Double = 0.1, _ height: Double = 0.2) -> Bool {
            tracker.mayBegin(judge(objects, label, score, Box(x: 0.2, y: 0.2, width: width, height: height)))
        }
        #expect(mayBegin("cat", 0.6) && !mayBegin("cat", 0.59))
        #expect(mayBegin("dog", 0.3) && !mayBegin("dog", 0.29))
        #expect(mayBegin("person", 0.45) && !mayBegin("person", 0.44))
        // Areas of .0072 and .0512, and shapes of 2 and .4: the picture is twice as wide as it is high.
        #expect(!mayBegin("dog", 0.9, 0.06, 0.12) && !mayBegin("dog", 0.9, 0.16, 0.32))
        #expect(!mayBegin("dog", 0.9, 0.15, 0.15) && !mayBegin("dog", 0.9, 0.06, 0.3))
        #expect(mayBegin("person", 0.9, 0.06, 0.3))
        // What lies beyond the picture does not count.
        #expect(!tracker.mayBegin(judge(objects, "dog", 0.9, Box(x: -0.09, y: 0.2, width: 0.1, height: 0.2))))
        // No word where it would be the usual one.
        #expect(judge(objects, "cat", 0.3).mayBegin == nil && judge(objects, "cat", 0.9).mayBegin == nil)
    }

    @Test("One kind may be limited in a camera and in each of its zones")
    func zonesOfLimits() throws {
        let tables = ["", "zone = \"yard\"", "zone = \"door\""].map { "[[camera.objects.limit]]\nof = \"pet\"\n\($0)" }
        let objects = try load("\(Self.zones)\n\(tables.joined(separator: "\n"))")
        #expect(objects.limits == [ObjectLimit("pet"), ObjectLimit("pet", zone: "yard"), ObjectLimit("pet", zone: "door")])
    }

    @Test(
        "A zone's limit is for what stands in it, and goes before the camera's value by value; the first of zones that overlap goes first")
    func limitsOfZones() {
        func zone(_ name: String, from left: Double, to right: Double) -> MotionZone {
            let corners = [(left, 0.5), (right, 0.5), (right, 1), (left, 1)]
            return MotionZone(name: name, polygon: Polygon(corners.map { Polygon.Vertex(x: $0.0, y: $0.1) }), kinds: [.vehicle])
        }
        let zones = [zone("yard", from: 0, to: 0.5), zone("door", from: 0.4, to: 1)]
        var objects = CameraObjects()
        objects.limits = [ObjectLimit("dog"), ObjectLimit("pet", zone: "door"), ObjectLimit("pet", zone: "yard")]
        (objects.limits[0].minimumScore, objects.limits[0].maximumSize) = (0.7, 0.03)
        objects.limits[1].minimumScore = 0.9
        objects.limits[2].minimumScore = 0.5
        var tracker = TrackerSettings()
        tracker.newScore = 0.45
        /// - Parameter x: The middle of its box, whose lower edge is at `foot`.
        func mayBegin(_ label: String, _ score: Double, x: Double, foot: Double = 0.8, height: Double = 0.2) -> Bool {
            let box = Box(x: x - 0.05, y: foot - height, width: 0.1, height: height)
            return tracker.mayBegin(
                objects.judge(Detection(label: label, score: score, box: box), zones: zones, aspect: 2, score: tracker.newScore))
        }
        // In the yard, in both, at the door, and above the two: by the foot, though the box is partly in it.
        #expect(mayBegin("dog", 0.5, x: 0.2) && !mayBegin("dog", 0.49, x: 0.2))
        #expect(mayBegin("dog", 0.5, x: 0.45) && !mayBegin("dog", 0.89, x: 0.7) && mayBegin("dog", 0.9, x: 0.7))
        #expect(!mayBegin("dog", 0.69, x: 0.2, foot: 0.4) && mayBegin("dog", 0.7, x: 0.2, foot: 0.4))
        #expect(mayBegin("cat", 0.45, x: 0.2, foot: 0.4) && !mayBegin("cat", 0.49, x: 0.2))
        // What the zone says nothing of is the camera's.
        #expect(!mayBegin("dog", 0.9, x: 0.2, height: 0.4))
        #expect(mayBegin("cat", 0.9, x: 0.2, height: 0.4))
    }
}
