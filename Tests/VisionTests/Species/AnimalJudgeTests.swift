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
