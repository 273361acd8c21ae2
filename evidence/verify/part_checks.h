#ifndef EVIDENCE_VERIFY_PART_CHECKS_H_
#define EVIDENCE_VERIFY_PART_CHECKS_H_

#include "evidence/v1/evidence.pb.h"

#include "evidence/binding/verify_binding.h"
#include "evidence/verify/check.h"

namespace evidenced {

// Appends one check for each entry of a verified manifest: what is delivered,
// and what is missing and why.
void ListBoundParts(const VerifiedBinding& binding, Checks& checks);

// Whether this version verifies what a part with this label says. Of others it
// knows length and digest alone.
bool IsVerifiedPart(absl::string_view label);

// Refuses a manifest in which a part that this version parses has another
// media type than its label's (docs/wire.md, "Manifest").
void CheckMediaTypes(const VerifiedBinding& binding, Checks& checks);

// Refuses a manifest under a TPM's quote that says of a CPU's report that
// nobody requested it, as somebody did: whoever changed the request would have
// the TPM vouch alone.
void CheckReportsRequested(const VerifiedBinding& binding, Checks& checks);

// Appends one check for each part that came, after the binding was refused, so
// that a person sees which part is not the manifest's. None passes: nobody
// signed that manifest for this challenge.
void ListUnboundParts(const ::evidence::v1::Evidence& evidence, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_PART_CHECKS_H_
