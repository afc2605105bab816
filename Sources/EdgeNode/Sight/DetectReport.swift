import Sight
import Vision

/// Writes what was seen in a picture as lines: JSON for programs, or text for people.
enum DetectReport {
    static func lines(of sight: PictureSight, path: String, json: Bool, embeddings: Bool) -> [String] {
        if json { return [jsonLine(of: sight, path: path, embeddings: embeddings)] }
        let objects = sight.objects.map { "\(path): \($0.label) \(AnalysisReport.fixed($0.score, 2)) \(text($0.box, 4))" }
        let faces = (sight.faces ?? []).map { found in
            "\(path): face \(AnalysisReport.fixed(found.face.score, 2)) \(text(found.face.box, 4))"
                + (found.isGood ? ", good enough to know somebody by" : "")
        }
        return objects.isEmpty && faces.isEmpty ? ["\(path): nothing"] : objects + faces
    }

    /// Of a picture that cannot be looked at.
    static func line(of error: any Error, path: String) -> String {
        "{\"picture\":\(AnalysisReport.quoted(path)),\"error\":\(AnalysisReport.quoted("\(error)"))}"
    }

    private static func jsonLine(of sight: PictureSight, path: String, embeddings: Bool) -> String {
        let objects = sight.objects.map { object in
            "{\"label\":\(AnalysisReport.quoted(object.label)),\"score\":\(AnalysisReport.fixed(object.score, 6)),\"box\":\(text(object.box, 6))}"
        }.joined(separator: ",")
        var line =
            "{\"picture\":\(AnalysisReport.quoted(path)),\"width\":\(sight.width),\"height\":\(sight.height),\"objects\":[\(objects)],"
            + "\"ms\":\(milliseconds(sight.cost))"
        if let faces = sight.faces {
            let found = faces.map { jsonText(of: $0, embeddings: embeddings) }.joined(separator: ",")
            line += ",\"faces\":[\(found)],\"faces_ms\":\(milliseconds(sight.faceCost))"
        }
        if let animals = sight.animals {
            let found = animals.map { "{\(embeddings ? jsonText(of: $0) : "")}" }.joined(separator: ",")
            line += ",\"animals\":[\(found)],\"animals_ms\":\(milliseconds(sight.animalCost))"
        }
        return line + "}"
    }

    private static func jsonText(of found: PictureFace, embeddings: Bool) -> String {
        var text =
            "{\"score\":\(AnalysisReport.fixed(found.face.score, 6)),\"box\":\(text(found.face.box, 6)),\"good\":\(found.isGood)"
        if embeddings, let embedding = found.embedding { text += ",\(jsonText(of: embedding))" }
        return text + "}"
    }

    private static func jsonText(of embedding: Embedding) -> String {
        "\"embedding\":[\(embedding.values.map { AnalysisReport.fixed(Double($0), 7) }.joined(separator: ","))]"
    }

    private static func milliseconds(_ cost: LookCost) -> String {
        let stages = [("prepare", cost.preparing), ("inference", cost.inference), ("boxes", cost.decoding)]
        return "{\(stages.map { "\"\($0.0)\":\(AnalysisReport.fixed(1000 * $0.1, 3))" }.joined(separator: ","))}"
    }

    private static func text(_ box: Box, _ decimals: Int) -> String {
        "[\([box.x, box.y, box.width, box.height].map { AnalysisReport.fixed($0, decimals) }.joined(separator: ","))]"
    }
}
