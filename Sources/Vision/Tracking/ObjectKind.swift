/// What is made of something that is seen: what its event is called.
package enum ObjectKind: String, Sendable, Hashable, CaseIterable {
    case person
    case pet
    case wildlife
    case vehicle

    /// What it is followed as.
    package var family: ObjectFamily {
        switch self {
        case .person: .person
        case .pet, .wildlife: .animal
        case .vehicle: .vehicle
        }
    }

    /// What is made of a label unless somebody says otherwise. Capitals do not matter, nor whether words are parted by spaces, `_` or `-`.
    /// - Parameter label: Of COCO, `ObjectFamily.anyAnimal`, or what other detectors say of the same things and of more animals.
    /// - Returns: Nil for what nobody watches for: furniture, food, things that people carry; and for words that are not known.
    package init?(label: String) {
        let word = label.lowercased().replacing("_", with: " ").replacing("-", with: " ")
        guard let kind = Self.words[word] else { return nil }
        self = kind
    }

    private static let words: [String: ObjectKind] = {
        let lists: [(ObjectKind, [String])] = [
            (.person, ["person", "people", "human", "pedestrian", "man", "woman", "child", "boy", "girl"]), (.pet, ["cat", "dog"]),
            (
                .wildlife,
                [
                    "bird", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", ObjectFamily.anyAnimal, "badger", "boar",
                    "cattle", "chicken", "coyote", "deer", "duck", "fox", "goat", "goose", "hare", "hedgehog", "monkey", "moose", "otter",
                    "owl", "pig", "rabbit", "raccoon", "skunk", "squirrel", "wild boar", "wolf",
                ]
            ),
            (
                .vehicle,
                [
                    "bicycle", "car", "motorcycle", "bus", "train", "truck", "boat", "airplane", "aeroplane", "bike", "lorry", "motorbike",
                    "scooter", "tram", "van", "vehicle",
                ]
            ),
        ]
        return Dictionary(lists.flatMap { kind, words in words.map { ($0, kind) } }) { first, _ in first }
    }()
}
