import Glibc
import StrictJSON

// Answers one JSON line per line of standard input. `differential.py` beside this folder is the other end; the
// members of questions and answers are described at `Question` and `Answer`.
while let line = readLine() {
    guard let document = try? JSONDocument(parsing: Array(line.utf8), limits: .bundle) else {
        print(#"{"error":"not a JSON document"}"#)
        fflush(nil)
        continue
    }
    var answer = Answer()
    answer.write(Question(document.root))
    print(answer.text)
    // The other end waits for this line before it sends the next one.
    fflush(nil)
}
