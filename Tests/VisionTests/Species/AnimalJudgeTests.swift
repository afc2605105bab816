import Testing

@testable import Vision

@Suite struct AnimalJudgeTests {
    private let judge = AnimalJudge()

    private func scores(_ shares: [Int: Float]) -> [Float] {
        var scores = [Float](repeating: 0, count: 1000)
        for (index, share) in shares { scores[index] = share }
        return scores
    }

    @Test("A species that is sure is named; one that is not is what its group is, and what it may be is a guess")
    func levels() {
        let fox = judge.judge(scores([277: 0.95, 269: 0.05]))
        #expect(fox?.level == .species && fox?.name == "red fox" && fox.map { abs($0.score - 0.95) < 1e-6 } == true)
        let foxes = judge.judge(scores([277: 0.4, 278: 0.3, 280: 0.2, 500: 0.1]))
        #expect(foxes?.level == .group && foxes?.name == "fox" && foxes?.guess == "red fox")
        // An owl that looks like a grouse to it, and like an owl: a bird.
        let bird = judge.judge(scores([24: 0.4, 82: 0.35, 80: 0.2]))
        #expect(bird?.level == .order && bird?.name == "bird" && bird?.guess == "grouse")
        let something = judge.judge(scores([277: 0.25, 24: 0.25, 335: 0.25, 362: 0.25]))
        #expect(something?.level == .animal && something?.guess == nil)
    }

    @Test("Furniture is no animal, and numbers that are none are nothing")
    func none() {
        #expect(judge.judge(scores([277: 0.3, 500: 0.6])) == nil)
        #expect(judge.judge(scores([:])) == nil)
        #expect(judge.judge(scores([277: .nan])) == nil)
        #expect(judge.judge([Float](repeating: 0.001, count: 999)) == nil)
        #expect(judge.judge(all: []) == nil)
    }

    @Test("A species that a site does not have counts for its group")
    func site() {
        var judge = judge
        judge.species = ["red fox"]
        #expect(judge.judge(scores([280: 0.95]))?.name == "fox")
        #expect(judge.judge(scores([277: 0.95]))?.name == "red fox")
    }

    @Test("What a site does not have is called by the narrowest name that holds something of it, or an animal")
    func narrowest() {
        var judge = judge
        judge.species = ["red fox", "owl"]
        func name(_ shares: [Int: Float]) -> String? { judge.judge(scores(shares))?.name }
        // A wolf is a wild dog, as a fox is; a grouse is a bird, as an owl is; there are no bears, and nothing like one.
        #expect(name([269: 0.95]) == "wild dog" && name([82: 0.95]) == "bird" && name([294: 0.95]) == "animal")
        #expect(name([24: 0.95]) == "owl" && name([340: 0.95]) == "animal")
        #expect(judge.judge(scores([294: 0.95]))?.guess == nil)
        #expect(judge.judge(scores([24: 0.5, 82: 0.45])).map { $0.name == "bird" && $0.guess == "owl" } == true)
        // Nor is a species that is not listed said for its group, and pets may be anywhere.
        judge.species = ["bird of prey"]
        #expect(name([21: 0.95]) == "bird of prey" && name([281: 0.95]) == "cat" && name([207: 0.95]) == "dog")
        judge.species = nil
        #expect(name([294: 0.95]) == "brown bear" && name([21: 0.95]) == "kite")
    }

    @Test("Cats and dogs that a classifier of one's own has by name are said at a site that lists others")
    func pets() {
        var judge = AnimalJudge(AnimalTaxonomy([nil, AnimalClass(species: "cat", group: nil), AnimalClass(species: "otter", group: nil)]))
        judge.species = ["red fox"]
        #expect(judge.judge([0, 1, 0])?.name == "cat")
        #expect(judge.judge([0, 0, 1])?.name == "animal")
    }

    @Test("All that can be said can be listed, and then is")
    func vocabulary() {
        for index in ImageNetAnimals.classes {
            var judge = judge
            let usual = judge.judge(scores([index: 0.95]))?.name
            #expect(usual.map(AnimalTaxonomy.imageNet.vocabulary.contains) == true)
            judge.species = usual.map { [$0] }
            #expect(judge.judge(scores([index: 0.95]))?.name == usual)
        }
    }

    @Test("Several pictures are added up")
    func pictures() {
        let all = judge.judge(all: [scores([277: 0.9]), scores([362: 0.4]), scores([277: 0.7, 278: 0.2]), [1, 2]])
        #expect(all?.level == .order && all?.name == "wild dog" && all?.guess == "fox")
    }

    @Test("Each animal's class has a group")
    func groups() {
        #expect(ImageNetAnimals.classes.allSatisfy { ImageNetAnimals.group(of: $0) != nil })
        #expect(ImageNetAnimals.group(of: 398) == nil && ImageNetAnimals.group(of: -1) == nil)
    }
}
