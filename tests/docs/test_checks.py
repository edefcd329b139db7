#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That the checks of the pages find what is wrong: pages with one fault each.

usage: test_checks.py PROGRAM SOURCE
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])

FAULTY = {
    'a wrong option': ('```sh\ngpuclassify csv --jsonn < /dev/null || true\n```\n', 'csv has no option --jsonn'),
    'a wrong option behind a line end': ('```sh no-run\ngpuclassify -m a.json \\\n    --devise cpu\n```\n', 'no option --devise'),
    'a wrong option in quotes': ("```sh no-run\nparallel 'gpuclassify -m a --treads 1 {}'\n```\n", 'no option --treads'),
    'a wrong option in a pipe': ('```sh no-run\ncat a | gpuclassify csv --json | gpuclassify devices -m x\n```\n',
                                 'devices has no option -m'),
    'a wrong option of a later command': ('```crontab\n0 * * * * true && gpuclassify doctor --fast\n```\n',
                                          'doctor has no option --fast'),
    'a wrong option in a sentence': ('Say `gpuclassify inspect m.json\n--three 1`.\n', 'inspect has no option --three'),
    'a wrong option alone': ('Say `--batch-row N`.\n', 'no command has an option --batch-row'),
    'a command that fails': ('```sh\ntrue\nfalse\ntrue\n```\n', 'ended with 1 and not with 0'),
    'a command that fails in a pipe': ('```sh\nfalse | true\n```\n', 'ended with 1 and not with 0'),
    'a command that fails in a subshell': ('```sh\n(false; true)\ntrue\n```\n', 'ended with 1 and not with 0'),
    'a command that should fail': ('```sh ends=2\ntrue\n```\n', 'ended with 0 and not with 2'),
    'a command that should fail otherwise': ('```sh ends=0,2\nfalse\n```\n', 'ended with 1 and not with 0 or 2'),
    'another output': ('```sh\necho one; echo two\n```\n\n```text\none\nthree\n```\n', 'but this is printed'),
    'a line too many': ('```sh\necho one; echo two\n```\n\n```text\none\n```\n', 'but this is printed'),
    'another message': ('```sh\necho one >&2\n```\n```text\ntwo...\n```\n', 'but this is printed'),
    'text of nothing': ('```sh\ntrue\n```\n\nIt says\n\n```text\none\n```\n', 'that no sh block right above it prints'),
    'no shell': ('```sh no-run\nif true; then\n```\n', "not the shell's language"),
    'an unknown word': ('```sh sometimes\ntrue\n```\n', 'not known: sometimes'),
    'no Python': ('```python\nprint(\n```\n', 'no Python'),
    'an open block': ('```sh\ntrue\n', 'never closed'),
}

GOOD = '''# Good

```sh
cp tests/golden/models/xgb_exact/model.ubj tests/golden/models/xgb_exact/in.csv .
echo kept > file
```

```sh
yes | head -1 > /dev/null
cat file; ls build/gpuclassify; echo 'took 1.5 s' >&2
echo a; echo b
gpuclassify -m model.ubj in.csv --columns=none --output label | head -2
```

```text
kept
build/gpuclassify
took ... s
...
label
1
```

```sh ends=2 needs=scalar,bash
gpuclassify -m missing.json in.csv
```

```c file=score.c
int main(void);
```

```sh
cat score.c
```
```text
int main(void);
```

```sh no-run
sudo false # --not-an-option
```

```sh mistyped ends=2
gpuclassify -m model.ubj in.csv --outptu label
```

```sh needs=no-such-program
false
```

`zstd --not-ours`, `gpuclassify inspect FILE`, `--device=cpu` and `-m`.
'''


class Checks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check(self, script, *arguments):
        done = subprocess.run([sys.executable, HERE / script, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, timeout=300)
        return done.returncode, done.stdout.decode()

    def check_page(self, text):
        page = self.folder / 'page.md'
        page.write_text(text)
        return self.check('check_commands.py', PROGRAM, SOURCE, page)

    def test_faults_are_found(self):
        for name, (text, said) in FAULTY.items():
            with self.subTest(name):
                status, output = self.check_page(text)
                self.assertIn(said, output)
                self.assertEqual(status, 1, output)

    def test_what_is_right_passes(self):
        status, output = self.check_page(GOOD)
        self.assertEqual(status, 0, output)
        self.assertIn('page.md: 5 ran, 2 compared, 2 skipped; 0 faults', output)
        self.assertIn('skipped: no-run', output)
        self.assertIn('skipped: for want of no-such-program', output)

    def test_links(self):
        (self.folder / 'docs').mkdir()
        (self.folder / 'docs/a.md').write_text('# A `code` heading, twice\n\n## Same\n\n## Same\n')
        (self.folder / 'docs/README.md').write_text('[a](a.md)\n')
        page = self.folder / 'README.md'
        good = ('`docs/a.md` [a](docs/a.md#a-code-heading-twice) [b](docs/a.md#same-1) [c](#top) [`d`](docs)\n\n# Top\n'
                '[far](https://example.org/a.md#b)\n')
        page.write_text(good)
        self.assertEqual(self.check('check_links.py', self.folder)[0], 0)
        for fault in ['[a](docs/b.md)', '[a](docs/a.md#same-2)', '[a](#bottom)', '![a](a.svg)', '`docs/b.md`']:
            page.write_text(good + fault + '\n')
            status, output = self.check('check_links.py', self.folder)
            self.assertEqual(status, 1, fault)
            self.assertIn('README.md:5', output)
        page.write_text(good)
        (self.folder / 'docs/new.md').write_text('# New\n')
        self.assertIn('does not list new.md', self.check('check_links.py', self.folder)[1])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
