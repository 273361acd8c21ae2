// The worked example of docs/wire.md, read from the page itself.
#include <fstream>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"

#include "evidence/binding/merkle.h"
#include "quote/crypto/digest.h"
#include "tests/evidence/binding/binding_builders.h"

namespace evidenced {
namespace {

// The block "```vector": names at the margin, their hexadecimal digits
// indented below.
std::map<std::string, std::string> ReadExample() {
  std::ifstream in(WIRE_DOC);
  std::map<std::string, std::string> values;
  std::string line;
  std::string name;
  bool inside = false;
  while (std::getline(in, line)) {
    if (line == "```vector") {
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside && !line.empty()) {
      if (line[0] != ' ') {
        name = line;
      } else {
        absl::StrAppend(&values[name], absl::StripAsciiWhitespace(line));
      }
    }
  }
  return values;
}

TEST(WireDoc, WorkedExampleHolds) {
  const std::map<std::string, std::string> page = ReadExample();
  std::map<std::string, std::string> found;
  const Bytes manifest = *EncodeManifest(ExampleEntries());
  Transcript direct = DirectTls();
  direct.manifest_sha384 = Sha384(manifest);
  const ReportData report_data = *MakeReportData(direct);
  const Bytes anchor = *MakeAnchor(direct);
  found["manifest"] = Hex(manifest);
  found["item 9"] = Hex(*direct.manifest_sha384);
  found["transcript"] = Hex(*EncodeTranscript(direct));
  found["report data"] = Hex(report_data);
  found["anchor"] = Hex(anchor);
  found["extraData, first form"] = Hex(TpmExtraDataUnderReport(anchor));
  found["extraData, second form"] = Hex(TpmExtraDataSigning(report_data));

  const Bytes leaf = MerkleLeaf(*EncodeTranscript(LeafTls()));
  Transcript top = BatchTop();
  top.manifest_sha384 = direct.manifest_sha384;
  top.batch = Transcript::BatchItem{2, *MerkleRoot(std::vector{leaf, leaf})};
  found["leaf transcript"] = Hex(*EncodeTranscript(LeafTls()));
  found["leaf"] = Hex(leaf);
  found["root"] = Hex(top.batch->root);
  found["batch report data"] = Hex(*MakeReportData(top));
  EXPECT_EQ(page, found);
}

}  // namespace
}  // namespace evidenced
