import Vision

/// Boxes as the store keeps them: four numbers each, in millionths of the picture, boxes parted by semicolons.
enum BoxText {
    static func text(_ boxes: [Box]) -> String {
        boxes.map { box in
            [box.x, box.y, box.width, box.height].map { String(Int(($0 * 1_000_000).rounded())) }.joined(separator: " ")
        }.joined(separator: ";")
    }

    /// What makes no sense is left out.
    static func boxes(_ text: String) -> [Box] {
        text.split(separator: ";").compactMap { part in
            let numbers = part.split(separator: " ").compactMap { Int($0) }.map { Double($0) / 1_000_000 }
            return numbers.count == 4 ? Box(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]) : nil
        }
    }
}
