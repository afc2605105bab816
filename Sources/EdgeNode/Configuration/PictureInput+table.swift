import Settings
import Vision

extension PictureInput {
    /// Greater numbers are no colours.
    private static let colours = -1000.0...1000.0

    /// Takes what the keys `mean` and `deviation` of a model's table say, where they are there.
    mutating func takeNumbers(from table: TableReader) {
        mean = table.numbers("mean", count: 3, in: Self.colours)?.map { Float($0) } ?? mean
        deviation = table.numbers("deviation", count: 3, in: 0.001...1000)?.map { Float($0) } ?? deviation
    }
}
