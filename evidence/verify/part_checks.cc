#include "evidence/verify/part_checks.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/binding/manifest.h"
#include "evidence/binding/refusal.h"
#include "evidence/verify/add_check.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

std::string PartName(absl::string_view label) {
  return absl::StrCat("part/", Printable(label));
}

std::string PartText(uint64_t length, ByteView sha384) {
  return absl::StrFormat("%d bytes, SHA-384 %s", length, Hex(sha384));
}

void ListUnboundPart(const Manifest& manifest, const v1::Part& part,
                     Checks& checks) {
  const ByteView data = AsBytes(part.data());
  const std::string found = PartText(data.size(), Sha384(data));
  const ManifestEntry* entry = manifest.Find(part.label());
  if (entry == nullptr || entry->kind != EntryKind::kPresent) {
    AddCheck(checks, PartName(part.label()), Outcome::kFail,
             "no such part in the manifest", found);
    return;
  }
  const std::string expected = PartText(entry->length, entry->sha384);
  if (found != expected) {
    AddCheck(checks, PartName(part.label()), Outcome::kFail, expected, found);
    return;
  }
  AddCheck(checks, PartName(part.label()), Outcome::kNotChecked, expected,
           "the same; not judged: the binding failed");
}

struct KnownMediaType {
  absl::string_view label;
  absl::string_view media_type;
};

// Of the labels whose bytes this version parses.
constexpr KnownMediaType kMediaTypes[] = {{"log.ccel", kMediaTcg2},
                                          {"log.ima", kMediaIma},
                                          {"log.tcg2", kMediaTcg2},
                                          {"tpm", kMediaTpmQuote},
                                          {"tpm.ak", kMediaTpmPublic}};

}  // namespace

bool IsVerifiedPart(absl::string_view label) {
  return std::any_of(
      std::begin(kMediaTypes), std::end(kMediaTypes),
      [label](const KnownMediaType& known) { return known.label == label; });
}

void CheckMediaTypes(const VerifiedBinding& binding, Checks& checks) {
  for (const KnownMediaType& known : kMediaTypes) {
    const ManifestEntry* entry = binding.manifest().Find(known.label);
    if (entry == nullptr || entry->kind != EntryKind::kPresent ||
        entry->media_type == known.media_type) {
      continue;
    }
    AddFailure(checks, absl::StrCat("media-type/", known.label),
               known.media_type,
               Refuse("media-type",
                      absl::StrCat("found ", Printable(entry->media_type))));
  }
}

void CheckReportsRequested(const VerifiedBinding& binding, Checks& checks) {
  if (binding.manifest().signer() != "tpm") return;
  for (const absl::string_view label : {"snp", "tdx"}) {
    const ManifestEntry* entry = binding.manifest().Find(label);
    if (entry == nullptr || entry->kind != EntryKind::kMissing ||
        entry->reason != "not-requested") {
      continue;
    }
    AddFailure(checks, PartName(label), "a report, or why there is none",
               Refuse("request-was-changed",
                      "found that none was requested, and one was"));
  }
}

void ListBoundParts(const VerifiedBinding& binding, Checks& checks) {
  for (const ManifestEntry& entry : binding.manifest().entries) {
    const std::string name = PartName(entry.label);
    switch (entry.kind) {
      case EntryKind::kSigns:
        break;
      case EntryKind::kMissing:
        AddCheck(checks, name, Outcome::kNotChecked, "listed in the manifest",
                 absl::StrCat("missing: ", entry.reason));
        break;
      case EntryKind::kPresent: {
        const bool delivered = binding.parts().contains(entry.label);
        AddCheck(checks, name,
                 delivered ? Outcome::kPass : Outcome::kNotChecked,
                 PartText(entry.length, entry.sha384),
                 delivered ? "the same" : "not asked for, not delivered");
        break;
      }
    }
  }
}

void ListUnboundParts(const v1::Evidence& evidence, Checks& checks) {
  const auto manifest = ParseManifestEntries(AsBytes(evidence.manifest()));
  if (!manifest.ok()) return;  // the binding's refusal says so
  for (const v1::Part& part : evidence.parts()) {
    ListUnboundPart(*manifest, part, checks);
  }
}

}  // namespace evidenced
