/// Cleans a foreground mask and finds the connected things in it.
struct ForegroundRegions: Sendable {
    /// A stretch of foreground on one row: columns `from ..< to`.
    struct Run: Sendable {
        var row: Int32
        var from: Int32
        var to: Int32
        var region: Int32
    }

    struct Region: Sendable {
        var left: Int
        var top: Int
        var right: Int
        var bottom: Int
        /// Foreground pixels; 0 for a region that became part of another.
        var area: Int

        func isNear(_ other: Region) -> Bool {
            left <= other.right + 2 && other.left <= right + 2 && top <= other.bottom + 3 && other.top <= bottom + 3
        }

        /// In fractions of the picture.
        func box(inWidth width: Int, height: Int) -> Box {
            Box(
                x: Double(left) / Double(width), y: Double(top) / Double(height), width: Double(right - left) / Double(width),
                height: Double(bottom - top) / Double(height))
        }

        mutating func absorb(_ other: Region) {
            left = min(left, other.left)
            top = min(top, other.top)
            right = max(right, other.right)
            bottom = max(bottom, other.bottom)
            area += other.area
        }
    }

    /// Stretches of a row that are this close belong together, and rows this far apart: a person's legs, head and body are one thing.
    private static let gap: Int32 = 3
    private static let rowGap = 2

    private(set) var runs: [Run] = []
    private(set) var regions: [Region] = []
    /// Foreground pixels after cleaning.
    private(set) var foreground = 0
    private var columnSums: [UInt8] = []
    private var clean: [UInt8] = []

    init() {}

    /// Keeps the pixels that have at least five of the nine around them set and are `allowed`, then joins them to regions.
    mutating func find(in mask: [UInt8], allowed: [UInt8], width: Int, height: Int) {
        majority(of: mask, allowed: allowed, width: width, height: height)
        collectRuns(width: width, height: height)
        join(height: height)
        mergeNeighbours()
    }

    /// Makes one region of those whose boxes overlap or nearly touch: what is seen in parts is still one thing.
    private mutating func mergeNeighbours() {
        var merged = true
        while merged {
            merged = false
            search: for a in regions.indices where regions[a].area > 0 {
                for b in regions.indices where b > a && regions[b].area > 0 && regions[a].isNear(regions[b]) {
                    regions[a].absorb(regions[b])
                    regions[b].area = 0
                    for index in runs.indices where runs[index].region == Int32(b) { runs[index].region = Int32(a) }
                    merged = true
                    break search
                }
            }
        }
    }

    private mutating func majority(of mask: [UInt8], allowed: [UInt8], width: Int, height: Int) {
        if clean.count != mask.count || columnSums.count != width {
            clean = [UInt8](repeating: 0, count: mask.count)
            columnSums = [UInt8](repeating: 0, count: width)
        }
        Self.majority(of: mask, allowed: allowed, width: width, height: height, sums: &columnSums, into: &clean)
    }

    private static func majority(
        of mask: [UInt8], allowed: [UInt8], width: Int, height: Int, sums: inout [UInt8], into clean: inout [UInt8]
    ) {
        let mask = mask.span
        let allowed = allowed.span
        var sums = sums.mutableSpan
        var clean = clean.mutableSpan
        for row in 1..<(height - 1) {
            let start = row &* width
            for x in 0..<width {
                let at = start &+ x
                sums[x] = mask[at &- width] &+ mask[at] &+ mask[at &+ width]
            }
            for x in 1..<(width &- 1) {
                let count = sums[x &- 1] &+ sums[x] &+ sums[x &+ 1]
                clean[start &+ x] = (count >= 5 ? 1 : 0) & allowed[start &+ x]
            }
        }
    }

    private mutating func collectRuns(width: Int, height: Int) {
        runs.removeAll(keepingCapacity: true)
        foreground = 0
        for row in 1..<(height - 1) {
            let start = row * width
            let sum = Self.sum(clean, from: start, count: width)
            if sum == 0 { continue }
            foreground += sum
            var x = 0
            while x < width {
                guard clean[start + x] != 0 else {
                    x += 1
                    continue
                }
                let from = x
                while x < width, clean[start + x] != 0 { x += 1 }
                runs.append(Run(row: Int32(row), from: Int32(from), to: Int32(x), region: Int32(runs.count)))
            }
        }
    }

    private static func sum(_ values: [UInt8], from start: Int, count: Int) -> Int {
        let values = values.span
        var sum: Int32 = 0
        for x in 0..<count { sum &+= Int32(values[start &+ x]) }
        return Int(sum)
    }

    /// Union-find over the runs: neighbours on the same row and on the two rows above.
    private mutating func join(height: Int) {
        regions.removeAll(keepingCapacity: true)
        guard !runs.isEmpty else { return }
        var firstOfRow = [Int](repeating: -1, count: height + 1)
        for (index, run) in runs.enumerated() where firstOfRow[Int(run.row)] < 0 { firstOfRow[Int(run.row)] = index }
        var parent = [Int32](0..<Int32(runs.count))
        func root(_ index: Int32) -> Int32 {
            var at = index
            while parent[Int(at)] != at {
                parent[Int(at)] = parent[Int(parent[Int(at)])]
                at = parent[Int(at)]
            }
            return at
        }
        for index in 0..<runs.count {
            let run = runs[index]
            if index > 0, runs[index - 1].row == run.row, run.from - runs[index - 1].to <= Self.gap {
                parent[Int(root(Int32(index)))] = root(Int32(index - 1))
            }
            for back in 1...Self.rowGap where Int(run.row) >= back {
                var other = firstOfRow[Int(run.row) - back]
                while other >= 0, other < index, Int(runs[other].row) == Int(run.row) - back, runs[other].from <= run.to + 1 {
                    if runs[other].to + 1 >= run.from { parent[Int(root(Int32(index)))] = root(Int32(other)) }
                    other += 1
                }
            }
        }
        var numbers = [Int32](repeating: -1, count: runs.count)
        for index in 0..<runs.count {
            let run = runs[index]
            let top = Int(root(Int32(index)))
            if numbers[top] < 0 {
                numbers[top] = Int32(regions.count)
                regions.append(Region(left: Int(run.from), top: Int(run.row), right: Int(run.to), bottom: Int(run.row) + 1, area: 0))
            }
            runs[index].region = numbers[top]
            let at = Int(numbers[top])
            regions[at].left = min(regions[at].left, Int(run.from))
            regions[at].right = max(regions[at].right, Int(run.to))
            regions[at].bottom = max(regions[at].bottom, Int(run.row) + 1)
            regions[at].area += Int(run.to - run.from)
        }
    }
}
