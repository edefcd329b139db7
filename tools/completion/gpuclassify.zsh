#compdef gpuclassify
# SPDX-License-Identifier: Apache-2.0
# Completion for zsh. The program itself says what may follow; see host/cli/help/complete.h.

local line how
local -a lines texts shown endings space
lines=("${(@f)$("${(Q)words[1]}" __complete $((CURRENT - 1)) "${(@Q)words}" 2> /dev/null)}")
how=${lines[1]}
space=()
if [[ $how == *open ]]; then
    space=(-S '')
    how=${how% open}
fi
for line in "${(@)lines[2,-1]}"; do
    texts+=("${line%%$'\t'*}")
    shown+=("${line/$'\t'/  }")
done
(($#texts)) && compadd "${(@)space}" -l -d shown -a texts
if [[ $how == files* ]]; then
    endings=(${=how#files})
    compset -P '--[^=]#='
    if (($#endings)); then
        _files -g "*(${(j:|:)endings})"
    else
        _files
    fi
fi
