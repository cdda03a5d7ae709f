# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Completion of toystore for bash: the program itself knows what fits.
_toystore() {
    local word typed=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$(printf '%q' "$word")")
    done < <("$1" complete "${typed[@]//\\/}" 2>/dev/null)
}
complete -o default -F _toystore toystore
