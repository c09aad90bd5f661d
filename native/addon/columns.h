/* JavaScript columns to plain pointers, checked anew at each drain: a typed array may have been transferred away. */
#pragma once

#include <napi.h>

#include "rows.h"

namespace faultscope {

/* Throws a Napi::Error that names the column which is missing, of another type or of another length. */
void bind_columns(const Napi::Object& columns, size_t from, Rows& rows);

}  // namespace faultscope
