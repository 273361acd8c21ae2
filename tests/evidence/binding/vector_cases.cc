#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "evidence/binding/merkle.h"
#include "evidence/binding/rebuild.h"
#include "evidence/binding/refusal.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"
#include "tests/evidence/binding/binding_vectors.h"

namespace evidenced {
namespace {

// Collects what differs in one case.
class Differences {
 public:
  // Compares with `key` of `object` if that is given.
  void Compare(const Json& object, const std::string& key, ByteView found) {
    const auto want = object.find(key);
    if (want != object.end()) CompareText(key, want->dump(), Quoted(found));
  }
  void CompareText(const std::string& what, const std::string& want,
                   const std::string& found) {
    if (want != found) {
      Add(absl::StrCat(what, ": expected ", want, ", found ", found));
    }
  }
  void CompareList(const Json& object, const std::string& key,
                   const std::vector<Bytes>& found) {
    const auto want = object.find(key);
    if (want == object.end()) return;
    Json list = Json::array();
    for (const Bytes& item : found) list.push_back(Hex(item));
    CompareText(key, want->dump(), list.dump());
  }
  void Add(std::string difference) { list_.push_back(std::move(difference)); }
  bool Failed(const std::string& what, const absl::Status& status) {
    if (!status.ok()) Add(absl::StrCat(what, ": ", status.ToString()));
    return !status.ok();
  }
  std::vector<std::string> Take() && { return std::move(list_); }

 private:
  static std::string Quoted(ByteView bytes) {
    return absl::StrCat("\"", Hex(bytes), "\"");
  }
  std::vector<std::string> list_;
};

void CompareExpected(const Json& object, const WireEvidence& wire,
                     const ExpectedBinding& expected, Differences& out) {
  out.Compare(object, "manifest", *wire.manifest);
  out.Compare(object, "manifest_sha384", Sha384(*wire.manifest));
  out.Compare(object, "transcript", expected.transcript);
  out.Compare(object, "report_data", expected.report_data);
  out.Compare(object, "anchor", expected.anchor);
  out.Compare(object, "tpm_extra_data_form1", expected.tpm_under_report);
  out.Compare(object, "tpm_extra_data_form2", expected.tpm_signing);
}

// What is read must be what was written.
void CompareInverses(const WireEvidence& wire, const ExpectedBinding& expected,
                     Differences& out) {
  const auto transcript = ParseTranscript(expected.transcript);
  if (!out.Failed("transcript", transcript.status())) {
    const auto again = EncodeTranscript(*transcript);
    if (!again.ok() || *again != expected.transcript) {
      out.Add("transcript: expected the same bytes when written again");
    }
  }
  const auto manifest = ParseManifest(*wire.manifest);
  if (!out.Failed("manifest", manifest.status())) {
    const auto again = EncodeManifest(manifest->entries);
    if (!again.ok() || *again != *wire.manifest) {
      out.Add("manifest: expected the same bytes when written again");
    }
  }
}

void CheckVerified(const BindingState& state, const WireEvidence& wire,
                   const SignedContents& contents, const std::string& level,
                   Differences& out) {
  const auto expected = RebuildBinding(state, wire);
  if (out.Failed("rebuild", expected.status())) return;
  CompareInverses(wire, *expected, out);
  const auto verified =
      VerifyBinding(state, wire, contents, BindingLevel::kNone);
  if (out.Failed("verify", verified.status())) return;
  out.CompareText("level", level,
                  std::string(BindingLevelName(verified->level())));
}

// A case with one verifier. Boot evidence has none: it verifies to level none
// where nothing was asked, and answers no challenge.
void RunDirect(const Json& in, Differences& out) {
  const auto wire = WireFromJson(in.at("wire"));
  const auto contents = SignedFromJson(in.at("wire"));
  if (out.Failed("wire", wire.status())) return;
  if (out.Failed("statement", contents.status())) return;
  BindingState state;
  if (in.contains("state")) {
    const auto given = StateFromJson(in.at("state"));
    if (out.Failed("state", given.status())) return;
    state = *given;
  } else {
    state.accept_signers = {wire->signer};
  }
  CheckVerified(state, *wire, *contents, in.value("level", ""), out);
  if (const auto expected = RebuildBinding(state, *wire); expected.ok()) {
    CompareExpected(in, *wire, *expected, out);
  }
  if (in.value("accept", true)) return;
  out.CompareText(
      "without challenge", "min-binding",
      RefusalReason(
          VerifyBinding(state, *wire, *contents, BindingLevel::kB1).status()));
  state.nonce = Bytes(32, 0x5a);
  state.audience = "spiffe://verifier";
  out.CompareText(
      "with a challenge", "mode-not-allowed",
      RefusalReason(VerifyBinding(state, *wire, *contents, BindingLevel::kNone)
                        .status()));
}

absl::StatusOr<std::vector<Bytes>> LeavesFromJson(const Json& in) {
  std::vector<Bytes> leaves;
  for (const Json& leaf : in.at("leaves")) {
    ASSIGN_OR_RETURN(Bytes bytes, FromHex(leaf.get<std::string>()));
    leaves.push_back(std::move(bytes));
  }
  return leaves;
}

// The values that all clients of a batch share; mode, instance and signer are
// read from the transcript and the manifest that the case gives.
absl::StatusOr<WireEvidence> SharedWire(const Json& in,
                                        const std::vector<Bytes>& leaves) {
  WireEvidence wire;
  ASSIGN_OR_RETURN(const Bytes encoded,
                   FromHex(in.at("transcript").get<std::string>()));
  ASSIGN_OR_RETURN(const Transcript transcript, ParseTranscript(encoded));
  ASSIGN_OR_RETURN(const Bytes manifest,
                   FromHex(in.at("manifest").get<std::string>()));
  ASSIGN_OR_RETURN(const Manifest parsed, ParseManifest(manifest));
  wire.mode = static_cast<uint8_t>(transcript.mode);
  wire.instance = transcript.instance.value_or(Bytes());
  wire.manifest = manifest;
  wire.signer = parsed.signer();
  WireBatch batch;
  batch.tree_size = leaves.size();
  ASSIGN_OR_RETURN(batch.root, MerkleRoot(leaves));
  wire.batch = batch;
  return wire;
}

void RunClient(const Json& batch_case, const Json& in,
               const std::vector<Bytes>& leaves, WireEvidence wire,
               Differences& out) {
  const auto index = in.at("index").get<uint64_t>();
  const auto state = StateFromJson(in.at("state"));
  if (out.Failed("state", state.status())) return;
  auto path = MerklePath(leaves, index);
  if (out.Failed("path", path.status())) return;
  out.CompareList(in, "path", *path);
  SignedContents contents;
  if (in.contains("wire")) {
    const auto given = WireFromJson(in.at("wire"));
    const auto given_contents = SignedFromJson(in.at("wire"));
    if (out.Failed("wire", given.status())) return;
    if (out.Failed("statement", given_contents.status())) return;
    wire = *given;
    contents = *given_contents;
  } else {
    wire.batch->index = index;
    wire.batch->path = *std::move(path);
  }
  const auto expected = RebuildBinding(*state, wire);
  if (out.Failed("rebuild", expected.status())) return;
  CompareExpected(batch_case, wire, *expected, out);
  out.Compare(in, "leaf_transcript", *expected->leaf_transcript);
  const Bytes leaf = MerkleLeaf(*expected->leaf_transcript);
  out.Compare(in, "leaf", leaf);
  out.CompareText("leaf in the tree", Hex(leaves.at(index)), Hex(leaf));
  if (!in.contains("wire")) {
    contents.signer_data = wire.signer == "tpm"
                               ? expected->tpm_signing
                               : ToBytes(expected->report_data);
  }
  const std::string level = state->role == 1 ? "B1" : "B0";
  CheckVerified(*state, wire, contents, in.value("level", level), out);
}

void RunBatch(const Json& in, Differences& out) {
  const auto leaves = LeavesFromJson(in);
  if (out.Failed("leaves", leaves.status())) return;
  const auto wire = SharedWire(in, *leaves);
  if (out.Failed("batch", wire.status())) return;
  out.Compare(in, "root", wire->batch->root);
  out.CompareText("tree_size", in.at("tree_size").dump(),
                  absl::StrCat(leaves->size()));
  // The top transcript, without any client.
  Transcript top;
  top.mode = TranscriptMode::kBatch;
  top.manifest_sha384 = Sha384(*wire->manifest);
  top.instance = wire->instance;
  top.batch = Transcript::BatchItem{leaves->size(), wire->batch->root};
  ExpectedBinding expected;
  const auto encoded = EncodeTranscript(top);
  const auto report_data = MakeReportData(top);
  const auto anchor = MakeAnchor(top);
  if (out.Failed("transcript", encoded.status())) return;
  if (out.Failed("report data", report_data.status())) return;
  if (out.Failed("anchor", anchor.status())) return;
  expected.transcript = *encoded;
  expected.report_data = *report_data;
  expected.anchor = *anchor;
  expected.tpm_under_report = TpmExtraDataUnderReport(*anchor);
  expected.tpm_signing = TpmExtraDataSigning(*report_data);
  CompareExpected(in, *wire, expected, out);
  CompareInverses(*wire, expected, out);
  if (!in.contains("clients")) return;
  for (const Json& client : in.at("clients")) {
    RunClient(in, client, *leaves, *wire, out);
  }
}

}  // namespace

std::vector<std::string> RunAccept(const Json& test_case) {
  Differences out;
  if (test_case.contains("leaves")) {
    RunBatch(test_case, out);
  } else {
    RunDirect(test_case, out);
  }
  return std::move(out).Take();
}

std::vector<std::string> RunRefuse(const Json& test_case) {
  Differences out;
  const auto state = StateFromJson(test_case.at("state"));
  const auto wire = WireFromJson(test_case.at("wire"));
  const auto contents = SignedFromJson(test_case.at("wire"));
  if (out.Failed("state", state.status()) ||
      out.Failed("wire", wire.status()) ||
      out.Failed("statement", contents.status())) {
    return std::move(out).Take();
  }
  // A policy without min_binding means B1.
  const absl::Status status =
      VerifyBinding(*state, *wire, *contents, BindingLevel::kB1).status();
  out.CompareText("reason", test_case.value("reason", ""),
                  status.ok() ? "accepted" : RefusalReason(status));
  return std::move(out).Take();
}

}  // namespace evidenced
