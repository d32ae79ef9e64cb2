import { describe, expect, it } from 'vitest';
import { applyHunks } from '../../src/patch/hunks.js';
import { readPatch } from '../../src/patch/read.js';
import { patch } from '../../src/patch/write.js';

const MODIFY = `diff --git a/pkg/one.py b/pkg/one.py
index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644
--- a/pkg/one.py
+++ b/pkg/one.py
@@ -1,3 +1,4 @@ def first():
 a = 1
-b = 2
+b = 3
+c = 4
 d = 5
`;

describe('reading a patch', () => {
  it("reads git's diff, with full ids", () => {
    const { files } = readPatch(MODIFY);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({
      kind: 'modify',
      path: 'pkg/one.py',
      from: 'pkg/one.py',
      blobs: { before: '1'.repeat(40), after: '2'.repeat(40) },
    });
    expect(applyHunks('a = 1\nb = 2\nd = 5\n', files[0]!.hunks)).toBe('a = 1\nb = 3\nc = 4\nd = 5\n');
    expect(applyHunks('a = 1\nb = 9\nd = 5\n', files[0]!.hunks)).toBeUndefined();
  });

  it('reads the head of a mail and leaves its author and body out', () => {
    const mail = `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001
From: Someone <someone@example.com>
Date: Mon, 1 Jun 2026 00:00:00 +0000
Subject: [PATCH 1/2] A title that goes on
 in a second line

Body.
---
 pkg/one.py | 3 ++-

${MODIFY}--${' '}
2.39.5
`;
    const read = readPatch(mail);
    expect(read).toMatchObject({ commit: 'a'.repeat(40), title: 'A title that goes on in a second line' });
    expect(read.files.map(({ path }) => path)).toEqual(['pkg/one.py']);
    expect(JSON.stringify(read)).not.toContain('someone');
  });

  it('reads the head of git show, and a plain diff -u', () => {
    const show = `commit ${'b'.repeat(40)}\nAuthor: A <a@example.com>\n\n    The title\n\n${MODIFY}`;
    expect(readPatch(show)).toMatchObject({ commit: 'b'.repeat(40), title: 'The title' });
    const plain = '--- a/x.py\t2026-01-01\n+++ b/x.py\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n';
    expect(readPatch(plain).files[0]).toMatchObject({ kind: 'modify', path: 'x.py' });
  });

  it('reads new, removed and renamed files', () => {
    const text = `diff --git a/new.py b/new.py
new file mode 100644
index 0000000..1111111
--- /dev/null
+++ b/new.py
@@ -0,0 +1 @@
+a
diff --git a/old.py b/old.py
deleted file mode 100644
index 1111111..0000000
--- a/old.py
+++ /dev/null
@@ -1 +0,0 @@
-a
diff --git a/from.py b/to.py
similarity index 100%
rename from from.py
rename to to.py
`;
    expect(readPatch(text).files.map(({ kind, path, from }) => [kind, path, from])).toEqual([
      ['add', 'new.py', undefined],
      ['delete', 'old.py', 'old.py'],
      ['rename', 'to.py', 'from.py'],
    ]);
  });

  it('knows a missing last newline', () => {
    const text =
      '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n';
    expect(applyHunks('a', readPatch(text).files[0]!.hunks)).toBe('b');
  });

  it('reads what is written here, whatever the name', () => {
    for (const path of ['with blank.py', 'with "quote".py', 'übung.py', 'a/b c/d.py']) {
      const written = patch([{ path, before: 'a\nb\n', after: 'a\nc\n' }]);
      expect(readPatch(written).files[0]).toMatchObject({ kind: 'modify', path, from: path });
    }
  });

  it('says what it does not carry', () => {
    const foreign = (head: string): string | undefined =>
      readPatch(`diff --git a/x b/x\n${head}\n`).files[0]!.foreign;
    expect(foreign('old mode 100644\nnew mode 100755')).toBe('a change of the file mode');
    expect(foreign('new file mode 120000\nindex 0000000..1111111')).toBe('a symbolic link');
    expect(foreign('index 1111111..2222222 160000')).toBe('a submodule');
    expect(foreign('index 1111111..2222222 100644\nGIT binary patch\nliteral 3\nabc')).toBe('binary bytes');
    expect(foreign('index 1111111..2222222 100644\nBinary files a/x and b/x differ')).toBe('binary bytes');
  });
});

describe('a hostile patch', () => {
  const on = (path: string): string => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`;

  it.each([
    '../outside.py',
    'pkg/../../outside.py',
    '/etc/passwd',
    'pkg//one.py',
    './one.py',
    '.git/hooks/post-checkout',
    'sub/.GIT/config',
    'sub/.git. /config',
    'git~1/config',
    '.g\u200bit/config',
    '.dgx-patch/receipt.json',
    'C:/windows/one.py',
    'pkg\\one.py',
    'x'.repeat(1_001),
  ])('may not write %j', (path) => {
    const text = Buffer.from(on(path), 'utf8').toString('latin1');
    expect(() => readPatch(text)).toThrow(/may not be written/);
  });

  it('may not hide a path in quotes, a rename or control characters', () => {
    expect(() => readPatch(`--- "a/\\056\\056/x"\n+++ "b/\\056\\056/x"\n@@ -1 +1 @@\n-a\n+b\n`)).toThrow(
      /written/,
    );
    expect(() => readPatch(`--- "a/x\\nb"\n+++ "b/x\\nb"\n@@ -1 +1 @@\n-a\n+b\n`)).toThrow(/written/);
    expect(() => readPatch('diff --git a/x b/y\nrename from ../x\nrename to y\n')).toThrow(/written/);
  });

  it('may not be cut, be huge, change a file twice, or be something else', () => {
    expect(() => readPatch(MODIFY.slice(0, -8))).toThrow(/damaged/);
    expect(() => readPatch(MODIFY.replace('@@ -1,3 +1,4', '@@ -1,9 +1,9'))).toThrow(/damaged/);
    expect(() => readPatch(MODIFY + MODIFY)).toThrow(/twice/);
    expect(() => readPatch('hello\n')).toThrow(/no patch/);
    expect(() => readPatch('x'.repeat((16 << 20) + 1))).toThrow(/too large/);
    const many = Array.from({ length: 2_001 }, (_, at) => on(`f${at}`)).join('');
    expect(() => readPatch(many)).toThrow(/too large/);
  });
});
