import Testing
import Vision

@Suite struct ObjectKindTests {
    @Test("Of COCO's 80 classes 19 are something that somebody watches for")
    func coco() {
        let kinds = Dictionary(grouping: DetectorLabels.coco) { ObjectKind(label: $0) }
        #expect(kinds[.person] == ["person"])
        #expect(kinds[.pet] == ["cat", "dog"])
        #expect(kinds[.wildlife] == ["bird", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"])
        #expect(kinds[.vehicle] == ["bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat"])
        #expect(kinds[nil]?.count == 61)
    }

    @Test("Other detectors' words for the same things are known, however they are written")
    func words() {
        #expect(
            ["Person", "PEDESTRIAN", "motorbike", "wild_boar", "Wild-Boar", "Cat"].map { ObjectKind(label: $0) }
                == [.person, .person, .vehicle, .wildlife, .wildlife, .pet])
        #expect(ObjectKind(label: ObjectFamily.anyAnimal) == .wildlife)
        #expect(["", "kite", "mouse", "face", "<b>cat</b>"].allSatisfy { ObjectKind(label: $0) == nil })
    }

    @Test("Pets and wildlife are followed as one, since a detector wavers between them")
    func families() {
        #expect(ObjectKind.allCases.map(\.family) == [.person, .animal, .animal, .vehicle])
    }
}
