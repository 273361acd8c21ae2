// `verify tpm` of files. A good quote, with the input's bits flipped in the
// statement, the signature, the PCR dump or the nonce, is never accepted; with
// bits flipped in the AK only if key and required attributes are the same; nor
// is anything that our AK did not sign. A log whose events move a quoted PCR is
// not accepted beside registers that it does not give.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "evidence/raw/tpm_quote.h"
#include "quote/base/byte_reader.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/tpm_builder.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::PcrBankSelection;
using evidenced::PcrValues;
using evidenced::RawOutcome;
using evidenced::RawTpmInput;
using evidenced::RawTpmQuote;
using evidenced::Require;

struct Files {
  Bytes attest;
  Bytes signature;
  Bytes ak;
  Bytes dump;
  Bytes nonce = Bytes(32, 0x42);
};

constexpr uint32_t kQuoted[] = {0, 1, 7};

const Files& Good() {
  static const auto* const kGood = [] {
    const auto ak = evidenced::MakeEccAk();
    const PcrBankSelection bank = {evidenced::HashAlgorithm::kSha256,
                                   {std::begin(kQuoted), std::end(kQuoted)}};
    const PcrValues values =
        evidenced::SomePcrValues(bank.algorithm, bank.pcrs);
    auto* files = new Files();
    files->attest = evidenced::QuoteBytes(files->nonce, {bank}, values);
    files->signature = evidenced::Sign(ak, files->attest);
    files->ak = ak.PublicBytes();
    files->dump = evidenced::PcrDumpBytes({bank}, values);
    return files;
  }();
  return *kGood;
}

RawTpmInput InputOf(const Files& files) {
  RawTpmInput in;
  in.attest = files.attest;
  in.signature = files.signature;
  in.ak = evidenced::AkFromTpm(files.ak);
  in.pcr_blob = files.dump;
  in.nonce = files.nonce;
  return in;
}

RawTpmQuote Judge(const Files& files) {
  return evidenced::JudgeTpmQuote(InputOf(files));
}

bool Accepted(const RawTpmQuote& judged) {
  return judged.verdict.outcome() == RawOutcome::kAccept;
}

// One file, with the mask's bits flipped.
void RefuseFlipped(Bytes Files::*file, ByteView mask) {
  Files files = Good();
  files.*file = evidenced::Flipped(files.*file, mask);
  if (files.*file == Good().*file) return;
  Require(!Accepted(Judge(files)));
}

// The dump has room that nobody reads.
void CheckFlippedDump(ByteView mask) {
  Files files = Good();
  files.dump = evidenced::Flipped(files.dump, mask);
  const RawTpmQuote judged = Judge(files);
  if (!Accepted(judged)) return;
  Require(judged.quoted == Judge(Good()).quoted);
}

// Attributes that nothing asks for may change, and the name's algorithm.
void CheckFlippedAk(ByteView mask) {
  Files files = Good();
  files.ak = evidenced::Flipped(files.ak, mask);
  if (!Accepted(Judge(files))) return;
  const auto changed = evidenced::AkFromTpm(files.ak);
  const auto good = evidenced::AkFromTpm(Good().ak);
  Require(changed.key.ok() && changed.key->spki() == good.key->spki());
  Require(changed.area.has_value() &&
          evidenced::CheckAkAttributes(*changed.area).ok());
}

void RefuseAsOtherFile(Bytes Files::*file, ByteView bytes) {
  Files files = Good();
  if (evidenced::Equal(files.*file, bytes)) return;
  files.*file = evidenced::ToBytes(bytes);
  Require(!Accepted(Judge(files)));
}

bool MovesAQuotedPcr(const evidenced::EventLog& log) {
  return std::any_of(log.events.begin(), log.events.end(), [](const auto& e) {
    return e.extends && std::find(std::begin(kQuoted), std::end(kQuoted),
                                  e.reg) != std::end(kQuoted);
  });
}

void CheckLog(ByteView bytes) {
  RawTpmInput in = InputOf(Good());
  in.log = bytes;
  const RawTpmQuote judged = evidenced::JudgeTpmQuote(in);
  if (!Accepted(judged)) return;
  Require(judged.log.has_value() && !MovesAQuotedPcr(judged.log->log));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool kGoodIsAccepted = Accepted(Judge(Good()));
  Require(kGoodIsAccepted);
  if (size == 0) return 0;
  const ByteView rest = ByteView(data, size).subspan(1);
  switch (data[0] % 9) {
    case 0:
      RefuseFlipped(&Files::attest, rest);
      break;
    case 1:
      RefuseFlipped(&Files::signature, rest);
      break;
    case 2:
      RefuseFlipped(&Files::nonce, rest);
      break;
    case 3:
      CheckFlippedDump(rest);
      break;
    case 4:
      CheckFlippedAk(rest);
      break;
    case 5:
      RefuseAsOtherFile(&Files::attest, rest);
      break;
    case 6:
      RefuseAsOtherFile(&Files::signature, rest);
      break;
    case 7:
      RefuseAsOtherFile(&Files::nonce, rest);
      break;
    default:
      CheckLog(rest);
      break;
  }
  return 0;
}
