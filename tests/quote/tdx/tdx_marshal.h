#ifndef TESTS_QUOTE_TDX_TDX_MARSHAL_H_
#define TESTS_QUOTE_TDX_TDX_MARSHAL_H_

#include "quote/base/bytes.h"
#include "quote/tdx/quote.h"
#include "tests/support/tdx_quoter/quote.h"

namespace evidenced {

// The TD of a quote as the quoter's.
tdx_quoter::Td TdOf(const TdxQuote& quote);

// The bytes of a TD's quote with these fields.
Bytes MarshalTdxQuote(const TdxQuote& quote);

}  // namespace evidenced

#endif  // TESTS_QUOTE_TDX_TDX_MARSHAL_H_
