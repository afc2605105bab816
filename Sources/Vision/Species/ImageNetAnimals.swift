/// The animals among the 1,000 classes of ImageNet (ILSVRC 2012, in their usual order), and what groups they are of: what a classifier is not sure
/// of by species it may be sure of by group.
package enum ImageNetAnimals {
    /// Of the data set's 2012 challenge.
    package static let classCount = 1000
    /// Animals are the first classes.
    package static let classes = 0..<398

    /// Group by range, the narrower ones first.
    private static let groups: [(ClosedRange<Int>, String)] = [
        (0...6, "fish"), (24...24, "owl"), (21...23, "bird of prey"), (7...8, "fowl"), (80...83, "grouse"), (84...86, "fowl"),
        (97...100, "waterfowl"), (127...146, "water bird"), (9...20, "bird"), (87...96, "bird"), (25...29, "salamander"), (30...32, "frog"),
        (33...37, "turtle"), (38...51, "lizard"), (52...68, "snake"), (69...79, "spider"), (101...101, "elephant"),
        (102...106, "marsupial"), (107...126, "sea animal"), (147...150, "sea animal"), (151...268, "dog"), (269...272, "wild dog"),
        (273...275, "wild dog"), (276...276, "hyena"), (277...280, "fox"), (281...285, "cat"), (286...293, "wild cat"), (294...297, "bear"),
        (298...299, "mongoose"), (300...326, "insect"), (327...329, "sea animal"), (330...332, "rabbit"), (333...338, "rodent"),
        (339...339, "horse"), (340...340, "zebra"), (341...343, "pig"), (344...344, "hippopotamus"), (345...347, "cattle"),
        (348...350, "sheep"), (351...353, "deer"), (354...355, "camel"), (356...362, "marten"), (363...363, "armadillo"),
        (364...364, "sloth"), (365...384, "monkey"), (385...386, "elephant"), (387...388, "panda"), (389...397, "fish"),
    ]

    /// Species that have a class of their own and a name that people use.
    private static let names: [Int: String] = [
        8: "hen", 7: "cock", 10: "brambling", 11: "goldfinch", 12: "house finch", 13: "junco", 15: "American robin", 17: "jay",
        18: "magpie",
        19: "chickadee", 20: "dipper", 21: "kite", 22: "bald eagle", 23: "vulture", 24: "great grey owl", 80: "black grouse",
        81: "ptarmigan",
        82: "ruffed grouse", 84: "peacock", 85: "quail", 86: "partridge", 94: "hummingbird", 97: "mallard", 98: "merganser", 99: "goose",
        100: "black swan", 127: "white stork", 128: "black stork", 131: "heron", 132: "egret", 134: "crane", 136: "gallinule", 137: "coot",
        143: "oystercatcher", 144: "pelican", 269: "wolf", 272: "coyote", 277: "red fox", 278: "kit fox", 279: "Arctic fox",
        280: "grey fox",
        287: "lynx", 294: "brown bear", 295: "black bear", 296: "polar bear", 330: "rabbit", 331: "hare", 333: "hamster", 334: "porcupine",
        335: "squirrel", 336: "marmot", 337: "beaver", 338: "guinea pig", 340: "zebra", 341: "pig", 342: "wild boar", 345: "cow",
        348: "ram",
        350: "ibex", 353: "gazelle", 356: "weasel", 357: "mink", 358: "polecat", 360: "otter", 361: "skunk", 362: "badger",
    ]

    /// - Parameter index: Of the class, from 0.
    /// - Returns: Nil where it is no animal.
    package static func group(of index: Int) -> String? { groups.first { $0.0.contains(index) }?.1 }

    /// - Returns: Nil where the species has no name of its own here: its group is what is said of it.
    package static func species(of index: Int) -> String? { names[index] }

    /// Which broader group a group is of; itself where it is of none.
    package static func order(of group: String) -> String {
        switch group {
        case "owl", "bird of prey", "fowl", "grouse", "waterfowl", "water bird": "bird"
        case "wild dog", "fox": "wild dog"
        default: group
        }
    }
}
